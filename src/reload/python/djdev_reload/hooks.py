"""Calls us when a server's module has been imported."""

import importlib
import sys


def install(names):
    hooks = {}
    if "gunicorn" in names:
        hooks["gunicorn.arbiter"] = "djdev_reload.gunicorn"
    if "uvicorn" in names:
        hooks["uvicorn.server"] = "djdev_reload.uvicorn"
    if "celery" in names:
        hooks["celery.__main__"] = "djdev_reload.celery"
    if "hypercorn" in names:
        hooks["hypercorn.run"] = "djdev_reload.hypercorn"
    sys.meta_path.insert(0, Finder(hooks))


class Finder:
    def __init__(self, hooks):
        self.hooks = hooks

    def find_spec(self, name, path=None, target=None):
        hook = self.hooks.pop(name, None)
        if hook is None:
            return None
        if not self.hooks:
            sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader, hook)
        return spec


class Loader:
    def __init__(self, loader, hook):
        self.loader = loader
        self.hook = hook

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        importlib.import_module(self.hook).patch(module)
