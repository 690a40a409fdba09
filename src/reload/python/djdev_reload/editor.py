"""debugpy in the leaf, when `djdev debug` has put it beside the application.

Each leaf listens on a port of its own, so an editor that comes again after an edit cannot meet
the debugger of the old one.
"""

import os
import sys
import threading

from djdev_reload.notices import STATE, write_json

FOLDER = os.path.join(STATE, "debugpy")
PORT = os.path.join(STATE, "debugpy.json")


def is_wanted():
    return os.path.isdir(FOLDER)


def start():
    try:
        os.unlink(PORT)
    except OSError:
        pass
    # Beside the first requests: debugpy takes half a second to start.
    threading.Thread(target=listen, name="djdev-debugpy", daemon=True).start()


def listen():
    sys.path.append(FOLDER)
    import debugpy

    debugpy.configure(python=sys.executable, subProcess=False)
    _, port = debugpy.listen(("127.0.0.1", 0))
    write_json(PORT, {"pid": os.getpid(), "port": port})
