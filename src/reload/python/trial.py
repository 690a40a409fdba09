"""Loads the application as its server would, in a process of its own, and tells whether it can.

argv: `module` or `celery`, and the name. One line of JSON on stdout: {"error": null or the error}.
"""

import importlib
import json
import os
import sys


def load(kind, name):
    from djdev_reload import pages

    if kind == "celery":
        from celery.app.utils import find_app

        find_app(name).loader.import_default_modules()
        return
    importlib.import_module(name)
    pages.load_urlconf()


def main():
    from djdev_reload import failure

    # What the application prints is not the answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    error = None
    try:
        load(*sys.argv[1:3])
    except BaseException as problem:
        error = failure.describe(problem)
    with os.fdopen(answer, "w") as stream:
        stream.write(json.dumps({"error": error}) + "\n")
    # Threads that the application has started would keep this process.
    os._exit(0)


main()
