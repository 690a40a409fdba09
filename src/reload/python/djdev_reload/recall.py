"""Library modules that every layer imports anew, because they need settings: their code in memory.

Where a module lies and what its bytecode says cannot have changed since the last layer, so neither
is looked for on disk again.
"""

import importlib.machinery
import importlib.util
import os
import sys
import time

_origins = {}  # name -> file
_codes = {}  # file -> code


def origin(module):
    """The file to recall a module by, or None for one that is not plain Python."""
    spec = getattr(module, "__spec__", None)
    if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
        return None
    return spec.origin


def knows(name):
    return name in _origins


def code(path):
    return _codes.get(path)


def keep(files, budget_seconds):
    """Reads what is not known yet; those of {name: file} that are left when the time is used up."""
    end = time.monotonic() + budget_seconds
    left = dict(files)
    for name, path in files.items():
        if time.monotonic() > end:
            break
        del left[name]
        try:
            _codes[path] = importlib.machinery.SourceFileLoader(name, path).get_code(name)
        except (ImportError, OSError, SyntaxError, ValueError):
            continue  # the project is told when it imports it
        _origins[name] = path
    return left


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        file = _origins.get(name)
        if file is None:
            return None
        folder, base = os.path.split(file)
        return importlib.util.spec_from_file_location(
            name, file, loader=importlib.machinery.SourceFileLoader(name, file),
            submodule_search_locations=[folder] if base == "__init__.py" else None)


def install():
    """Behind the finders of others, in front of the one that looks at the disk."""
    for index, finder in enumerate(sys.meta_path):
        if finder is importlib.machinery.PathFinder:
            sys.meta_path.insert(index, Finder)
            return
