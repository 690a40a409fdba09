"""The process that serves: it has imported the URLconf, and tells the zygote what it has loaded."""

import gc
import importlib
import os
import signal

from djdev_reload import channel as channels
from djdev_reload import editor, failure, pages
from djdev_reload.processes import HANDLED, flush

# The leaf that this process is, once it serves.
current = None


class Leaf:
    def __init__(self, channel, board, loaded, broken=False, has_pages=True):
        self.channel = channel
        self.board = board
        self.loaded = loaded
        self.has_pages = has_pages
        self.stops = []  # called when it is to accept no more connections
        self.pauses = []  # called when a debugger holds a request
        self.broken = broken  # there is no application: it answers with the board's traceback

    def grow(self, forgets=False):
        for number in HANDLED:
            signal.signal(number, signal.SIG_DFL)
        importlib.invalidate_caches()
        gc.disable()
        try:
            if forgets:
                pages.forget_templates()
            if self.has_pages:
                pages.load_urlconf()
        except BaseException as error:
            self.fail(error)
        finally:
            gc.enable()
        return self

    def fail(self, error):
        failed = {"type": "leaf-failed", "pid": os.getpid(), "error": failure.describe(error)}
        leave_with(self.channel, failed)

    def ready(self):
        """To be called by the server when the next thing it does is to accept requests."""
        global current
        current = self
        if editor.is_wanted():
            editor.start()
        signal.signal(signal.SIGUSR2, self.refresh)
        signal.signal(signal.SIGTERM, self.retire(signal.getsignal(signal.SIGTERM)))
        files, libraries = self.loaded.look()
        self.send({"type": "ready", "files": sorted(files), "libraries": libraries})

    def retire(self, original):
        """Accepts nothing from the signal on: an event loop would only notice it a while later."""

        def handle(number, frame):
            for stop in self.stops:
                stop()
            if callable(original):
                original(number, frame)
            elif original == signal.SIG_DFL:
                signal.signal(number, signal.SIG_DFL)
                os.kill(os.getpid(), number)

        return handle

    def learn(self):
        """After the first answer: by then everything that Django loads late is loaded."""
        files, libraries = self.loaded.look()
        self.send({"type": "learned", "folders": pages.folders(), "files": sorted(files),
                   "libraries": libraries})

    def pause(self):
        """A debugger holds a request for as long as a person wants."""
        for hook in self.pauses:
            hook()
        self.send({"type": "paused"})

    def refresh(self, *_):
        try:
            pages.forget_templates()
        except Exception as error:
            self.send({"type": "refreshed", "error": failure.describe(error)})
        else:
            self.send({"type": "refreshed"})

    def send(self, message):
        try:
            channels.send(self.channel, dict(message, pid=os.getpid()))
        except OSError:
            pass  # the zygote is gone, and this process ends soon


def pause():
    if current is not None:
        current.pause()


def resume():
    if current is not None:
        current.send({"type": "resumed"})


def leave_with(channel, message):
    flush()
    try:
        channels.send(channel, message)
    finally:
        os._exit(1)
