"""Runs a program with the project's Django in a container that serves; nothing is left in it.

stdin    one line of JSON: {"program": "...", "data": ..., "manage": null}; then open until djdev
         is done with it
stdout   one line of JSON for each answer of the program, and nothing else
"""

import json
import os
import runpy
import sys

out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def answer(**data):
    out.write(json.dumps(data, default=str) + "\n")
    out.flush()


def wait():
    """Until djdev is done, or gone: its end of stdin closes either way."""
    while os.read(0, 65536):
        pass


def find_manage():
    """The nearest manage.py at or below the working directory, at most two levels down."""
    level = ["."]
    for _ in range(3):
        below = []
        for directory in level:
            try:
                names = sorted(os.listdir(directory))
            except OSError:
                continue
            if "manage.py" in names:
                return os.path.join(directory, "manage.py")
            below += [os.path.join(directory, name) for name in names
                      if not name.startswith(".") and name not in ("node_modules", "proc", "sys")
                      and os.path.isdir(os.path.join(directory, name))]
        level = below
    return None


def complete_environment():
    """What the entrypoint of the image has exported, the server has and this process has not."""
    for pid in sorted((name for name in os.listdir("/proc") if name.isdigit()), key=int):
        try:
            with open("/proc/%s/environ" % pid, "rb") as held:
                pairs = held.read().decode("utf-8", "surrogateescape").split("\0")
        except OSError:
            continue
        for pair in pairs:
            name, is_set, value = pair.partition("=")
            if is_set and name:
                os.environ.setdefault(name, value)


def run(program, data):
    import django

    django.setup()
    exec(compile(program, "<djdev>", "exec"), {"answer": answer, "wait": wait, "data": data})
    out.flush()
    sys.stderr.flush()
    os._exit(0)


def main():
    # Byte by byte: what comes after this line is for `wait`.
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            sys.exit(1)
        line += byte
    request = json.loads(line.decode("utf-8"))
    complete_environment()
    from django.core.management import ManagementUtility, execute_from_command_line

    ManagementUtility.execute = lambda utility: run(request["program"], request["data"])
    manage = request.get("manage") or find_manage()
    if manage is None:
        sys.path.insert(0, os.getcwd())
        sys.argv = ["django-admin", "shell"]
        execute_from_command_line(sys.argv)
        return
    manage = os.path.abspath(manage)
    sys.path.insert(0, os.path.dirname(manage))
    sys.argv = [manage, "shell"]
    runpy.run_path(manage, run_name="__main__")


try:
    main()
except SystemExit:
    raise
except BaseException as error:
    answer(type="failed", error="%s: %s" % (type(error).__name__, str(error).split("\n")[0][:300]))
    sys.exit(1)
