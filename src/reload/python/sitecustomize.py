"""Runs at the start of every Python in a development container, through PYTHONPATH.

Only a server that djdev reloads is touched, and only when its own module is imported: nothing of
the image changes, and the server reads its own command line and configuration as in production.
"""

import sys


def watch_imports():
    try:
        with open("/proc/self/cmdline", "rb") as line:
            words = line.read().split(b"\0")
    except OSError:
        return
    names = {word.rsplit(b"/", 1)[-1].decode("utf-8", "replace") for word in words[:4]}
    if not names & {"gunicorn", "uvicorn", "hypercorn", "celery"}:
        return
    from djdev_reload import hooks

    hooks.install(names)


def run_next():
    """The image's own sitecustomize, which this file hides."""
    import importlib.machinery
    import importlib.util
    import os

    here = os.path.dirname(os.path.abspath(__file__))
    paths = [path for path in sys.path if os.path.abspath(path or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", paths)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


run_next()
watch_imports()
