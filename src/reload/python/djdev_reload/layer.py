"""The process that has loaded the application, and the leaf that is forked from it to serve."""

import gc
import importlib
import os
import select
import signal
import socket
import sys
import threading

from djdev_reload import channel as channels
from djdev_reload import failure, modules, pages

HANDLED = "ABRT HUP QUIT INT TERM USR1 USR2 WINCH CHLD".split()


def main(server, channel, board, names, spare):
    """Returns a Leaf in each leaf; the layer itself never comes back."""
    before = modules.traces()
    try:
        opened = load(server, names["late"])
        loose = leftovers(before)
        release_connections()
        loose = loose or open_sockets(before)
    except BaseException as error:
        leave_with(channel, {"type": "layer-failed", "error": failure.describe(error)})
    channels.send(
        channel,
        {
            "type": "layer-ready",
            "files": sorted(modules.project_files()),
            "opened": sorted(opened),
            "unsafe": loose,
        },
    )
    gc.freeze()
    leaf = Leaf(channel, board, set(names["known"]), has_pages=server.has_pages)
    if loose is not None:
        return leaf.grow()
    return serve_forks(channel, leaf, 0 if spare else 1)


def load(server, late):
    """Loads the application; returns the project's files that were opened meanwhile."""
    importlib.invalidate_caches()
    opened = set()
    recording = [True]

    def hook(event, arguments):
        if event == "open" and recording and isinstance(arguments[0], str):
            opened.add(arguments[0])

    if hasattr(sys, "addaudithook"):
        sys.addaudithook(hook)
    gc.disable()
    try:
        server.load()
        for name in late:
            if name not in sys.modules:
                try:
                    importlib.import_module(name)
                except Exception:
                    pass  # the project imports it in another order
    finally:
        recording.clear()
        gc.enable()
    real = {os.path.realpath(path) for path in opened}
    return {path for path in real if modules.is_project_file(path)}


def leftovers(before):
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            return "the thread “%s”, which was started while the application was loaded" % (
                thread.name
            )
    return None


def open_sockets(before):
    if modules.traces() - before:
        return "a socket that was opened while the application was loaded"
    return None


def release_connections():
    """A database connection must not be shared by two processes."""
    database = sys.modules.get("django.db")
    if database is None:
        return
    try:
        connections = list(database.connections.all())
    except Exception:
        return  # no settings: not a Django application
    for connection in connections:
        connection.close()
        pools = getattr(connection, "_connection_pools", {})
        if connection.alias in pools:
            pools.pop(connection.alias).close()


def serve_forks(channel, leaf, count):
    wake_read, wake_write = os.pipe()
    for end in (wake_read, wake_write):
        os.set_blocking(end, False)
    for name in ("INT", "TERM", "QUIT", "HUP", "USR1", "USR2", "ABRT"):
        signal.signal(getattr(signal, "SIG" + name), signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    poll.register(wake_read, select.POLLIN)
    children = set()
    while True:
        for _ in range(count):
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                os.close(wake_read)
                os.close(wake_write)
                return leaf.grow()
            children.add(pid)
            channels.send(channel, {"type": "leaf-started", "pid": pid})
        count = 0
        for fd, _ in poll.poll():
            if fd == wake_read:
                drain(wake_read)
            else:
                try:
                    command = channel.recv(16)
                except ConnectionError:
                    command = b""
                if command != b"fork":
                    end_children(children)
                count = 1
        reap(channel, children)


def drain(fd):
    try:
        while os.read(fd, 512):
            pass
    except BlockingIOError:
        pass


def reap(channel, children):
    while children:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid in children:
            children.discard(pid)
            channels.send(channel, {"type": "leaf-ended", "pid": pid, "status": status})


def end_children(children):
    for pid in children:
        for number in (signal.SIGTERM, signal.SIGCONT):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    os._exit(0)


def leave_with(channel, message):
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    try:
        channels.send(channel, message)
    finally:
        os._exit(1)


class Leaf:
    """The process that serves."""

    def __init__(self, channel, board, known, broken=False, has_pages=True):
        self.channel = channel
        self.board = board
        self.known = known
        self.has_pages = has_pages
        self.stops = []  # called when it is to accept no more connections
        self.broken = broken  # there is no application: it answers with the board's traceback

    def grow(self):
        for name in HANDLED:
            signal.signal(getattr(signal, "SIG" + name), signal.SIG_DFL)
        importlib.invalidate_caches()
        gc.disable()
        try:
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
        signal.signal(signal.SIGUSR2, self.refresh)
        signal.signal(signal.SIGTERM, self.retire(signal.getsignal(signal.SIGTERM)))
        self.send(
            {
                "type": "ready",
                "files": sorted(modules.project_files()),
                "libraries": self.new_libraries(),
            }
        )

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
        self.send(
            {
                "type": "learned",
                "folders": pages.folders(),
                "libraries": self.new_libraries(),
                "files": sorted(modules.project_files()),
            }
        )

    def new_libraries(self):
        names = [name for name in modules.library_names() if name not in self.known]
        self.known.update(names)
        return names

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
        except (OSError, socket.error):
            pass  # the zygote is gone, and this process ends soon
