"""Compiled project code, kept in memory.

Python's own cache compares whole seconds and sizes, so two quick edits of equal length run the
old code. Here a file is known by its nanoseconds, size and inode, and nothing is written to disk.
"""

import importlib.machinery
import os
import sys
import time

from djdev_reload import modules, recall

_codes = {}  # path -> (stamp, code)


def stamp(path):
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size, status.st_ino


def compile_file(path):
    """Raises OSError, SyntaxError or ValueError."""
    now = stamp(path)
    known = _codes.get(path)
    if known is not None and known[0] == now:
        return known[1]
    with open(path, "rb") as file:
        source = file.read()
    code = compile(source, path, "exec", dont_inherit=True)
    _codes[path] = (now, code)
    return code


def install():
    loader = importlib.machinery.SourceFileLoader
    original = loader.get_code

    def get_code(self, name):
        path = self.get_filename(name)
        if not modules.is_project_file(path):
            known = recall.code(path)
            return original(self, name) if known is None else known
        try:
            return compile_file(path)
        except OSError:
            return original(self, name)

    loader.get_code = get_code
    recall.install()
    sys.dont_write_bytecode = True


def fill(paths, budget_seconds):
    """Compiles what is not; how many were not, and the paths left when the time is used up."""
    end = time.monotonic() + budget_seconds
    before = len(_codes)
    left = list(paths)
    while left and time.monotonic() < end:
        path = left.pop()
        try:
            compile_file(path)
        except (OSError, SyntaxError, ValueError):
            pass
    return len(_codes) - before, left
