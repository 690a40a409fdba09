"""Things to say once, kept in a file: they may come before anybody listens."""

import json
import os

STATE = os.environ.get("DJDEV_RELOAD_STATE", "/run/djdev/state")
_path = os.path.join(STATE, "notices.json")


def note(code, text):
    notices = read()
    if any(known["code"] == code for known in notices):
        return
    write_json(_path, notices + [{"code": code, "text": text}])


def read():
    return read_json(_path, [])


def read_json(path, default):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return default


def write_json(path, value):
    temporary = "%s.%d" % (path, os.getpid())
    try:
        with open(temporary, "w") as file:
            json.dump(value, file)
        os.replace(temporary, path)
    except OSError:
        pass  # nobody is told, and the next process starts cold
