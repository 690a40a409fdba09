"""Part of the runner: what a forked process does with its request, and how it tells of errors."""

import json
import os
import runpy
import sys
import sysconfig


class Emitter:
    """`emit(type, **data)`: an event of this request, read by djdev and by nobody else."""

    def __init__(self, fd):
        self.fd = fd

    def __call__(self, type, **data):
        line = json.dumps(dict(data, type=type), default=str).encode("ascii") + b"\n"
        while line:
            line = line[os.write(self.fd, line):]

    def error(self, error, **data):
        """The exception with what led to it, each with its frames, outermost first."""
        chain = []
        while error is not None and len(chain) < 8:
            chain.append(describe_error(error))
            hidden = error.__suppress_context__
            error = error.__cause__ or (None if hidden else error.__context__)
        self("error", errors=chain, **data)


def describe_error(error):
    frames = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        frames.append({
            "file": code.co_filename, "line": step.tb_lineno, "function": code.co_name,
            "own": is_own(code.co_filename),
        })
        step = step.tb_next
    described = {
        "class": type(error).__name__, "module": type(error).__module__,
        "message": str(error), "frames": frames[-40:],
    }
    for attribute in ("name", "sqlstate", "pgcode", "filename", "lineno", "code", "errno"):
        value = getattr(error, attribute, None)
        if isinstance(value, (str, int)):
            described[attribute] = value
    return described


LIBRARIES = tuple({
    os.path.join(path, "") for name, path in sysconfig.get_paths().items()
    if name in ("stdlib", "platstdlib", "purelib", "platlib")
})


def is_own(path):
    """Whether a file is the project's: neither a library, nor the interpreter's, nor ours."""
    foreign = "/site-packages/" in path or "/dist-packages/" in path
    return path.startswith("/") and not foreign and not path.startswith(LIBRARIES)


def run(request, manage, emit):
    """Runs the request in this forked process; the exit code, or what `sys.exit` takes."""
    os.environ.update(request.get("environment") or {})
    try:
        probe = load_probe(request.get("probe"), request.get("options"))
        if "install" in probe:
            probe["install"](emit)
        if "main" in probe:
            return probe["main"](emit, request["argv"])
        run_manage(request.get("manage") or manage, request["argv"])
        return 0
    except SystemExit as end:
        if end.code not in (None, 0):
            emit.error(end)
        return end.code
    except BaseException as error:
        emit.error(error)
        shown = error.__traceback__
        while shown is not None and shown.tb_frame.f_code.co_filename in OURS:
            shown = shown.tb_next
        sys.excepthook(type(error), error.with_traceback(shown), shown)
        return 1


OURS = ("<string>", "<djdev probe>", "<frozen runpy>", runpy.__file__)


def load_probe(source, options):
    namespace = {"__name__": "djdev_probe", "is_own": is_own, "describe_error": describe_error,
                 "options": options or {}}
    if source:
        exec(compile(source, "<djdev probe>", "exec"), namespace)
    return namespace


def run_manage(manage, argv):
    if manage is None:
        sys.path.insert(0, os.getcwd())
        sys.argv = ["django-admin"] + argv
        from django.core.management import execute_from_command_line
        execute_from_command_line(sys.argv)
        return
    manage = os.path.abspath(manage)
    sys.path.insert(0, os.path.dirname(manage))
    sys.argv = [manage] + argv
    runpy.run_path(manage, run_name="__main__")
