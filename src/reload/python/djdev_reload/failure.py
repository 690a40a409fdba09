"""An exception as the host and the browser are told of it."""

import html
import os
import traceback

from djdev_reload import modules


def describe(error):
    """Where it happened in the project, and the traceback without the frames of these files."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not is_ours(frame)]
    own = [frame for frame in frames if modules.is_project_file(frame.filename)
           and frame.filename.startswith("/")]
    file, line = (own[-1].filename, own[-1].lineno) if own else (None, None)
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno
    text = "".join(
        (["Traceback (most recent call last):\n"] + traceback.format_list(frames) if frames else [])
        + traceback.format_exception_only(type(error), error)
    )
    return {
        "type": type(error).__name__,
        "message": str(error)[:2000],
        "file": file,
        "line": line,
        "traceback": text[-20000:],
    }


def plain(text):
    """A failure without an exception."""
    return {"type": "Error", "message": text, "file": None, "line": None, "traceback": text}


def is_ours(frame):
    return frame.filename.startswith((modules.OURS + os.sep, "<frozen importlib"))


def page(text, kept):
    """Loads itself again, so it goes with the next good save."""
    note = "The last working code still serves everything else." if kept else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="1"><title>The code could not be loaded</title></head>'
        "<body><h1>The code could not be loaded</h1><p>This page goes away with the next save "
        "that works. %s</p><pre>%s</pre></body></html>" % (note, html.escape(text))
    ).encode("utf-8")


class Board:
    """A page of memory that all processes share: the failure that is not repaired yet."""

    SIZE = 65536

    def __init__(self):
        import mmap

        self.memory = mmap.mmap(-1, self.SIZE)

    def write(self, text):
        data = text.encode("utf-8")[: self.SIZE - 4]
        self.memory[0:4] = b"\0\0\0\0"
        self.memory[4 : 4 + len(data)] = data
        self.memory[0:4] = len(data).to_bytes(4, "big")

    def clear(self):
        self.memory[0:4] = b"\0\0\0\0"

    def read(self):
        """The traceback, or None."""
        length = int.from_bytes(self.memory[0:4], "big")
        if length == 0:
            return None
        return self.memory[4 : 4 + length].decode("utf-8", "replace")
