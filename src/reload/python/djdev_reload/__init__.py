"""How a Python server takes new code in a development container: layers of forked processes.

  zygote   has the third-party modules imported, none of the project's      (zygote.py)
  layer    forked from it: has loaded the application, django.setup() too    (layer.py)
  leaf     forked from the layer: has imported the URLconf, and serves       (leaf.py)

An edit of something the layer has loaded makes a new layer; any other edit only a new leaf. The
leaf that serves is replaced when its successor has imported everything: an error changes nothing.
Python 3.8 is the oldest that understands these files.
"""
