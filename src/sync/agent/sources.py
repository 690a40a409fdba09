"""What Python makes of sources that have changed. Part of one program: see agent.py."""

import os
import time

SYNTAX_SECONDS = 0.05


def forget_bytecode(paths):
    """Bytecode is keyed by whole seconds and size, so an edit of the same size would not be seen."""
    listed = {}
    for path in paths:
        directory, name = os.path.split(path)
        cache = os.path.join(directory, "__pycache__")
        if cache not in listed:
            try:
                listed[cache] = os.listdir(cache)
            except OSError:
                listed[cache] = []
        for found in listed[cache]:
            if found.startswith(name[:-2]) and found.endswith(".pyc") and found.count(".") == name.count(".") + 1:
                try:
                    os.unlink(os.path.join(cache, found))
                except OSError:
                    pass


def check_syntax(sources):
    """SyntaxErrors of the new sources, as long as the time for it lasts."""
    import warnings

    problems = []
    end = time.monotonic() + SYNTAX_SECONDS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, source in sources:
            if time.monotonic() > end:
                break
            try:
                compile(source, path, "exec", dont_inherit=True)
            except SyntaxError as error:
                problems.append({"path": path, "line": error.lineno or 1, "message": error.msg})
            except (ValueError, RecursionError, MemoryError, OverflowError) as error:
                problems.append({"path": path, "line": 1, "message": str(error)})
    return problems
