"""The process that has loaded the application, and forks the leaves that serve it."""

import gc
import importlib
import os
import select
import signal
import sys

from djdev_reload import channel as channels
from djdev_reload import failure, keeper, modules
from djdev_reload.leaf import Leaf, leave_with
from djdev_reload.processes import (
    HANDLED, drain, kill, leftovers, reap, release_connections, wake_on_signals)


def main(server, seat, board, names):
    """Returns a Leaf in each leaf; the layer itself never comes back.

    All but the beginning happens again in a layer that goes on from a copy, in a seat of its own.
    """
    loaded = modules.Loaded()
    try:
        opened = load(server, names["late"], lambda opened: keeper.split(
            seat, loaded, opened, names["late"]))
        seat.release_keeper()
        loose = leftovers()
        release_connections()
        loose = loose or open_sockets(seat.before)
    except BaseException as error:
        leave_with(seat.channel, {"type": "layer-failed", "error": failure.describe(error)})
    files, libraries = loaded.look()
    channels.send(
        seat.channel,
        {
            "type": "layer-ready",
            "files": sorted(files),
            "libraries": {name: file for name, file in libraries.items()
                          if name not in names["known"]},
            "opened": sorted(opened),
            "unsafe": loose,
        },
    )
    gc.freeze()
    leaf = Leaf(seat.channel, board, loaded, has_pages=server.has_pages)
    if loose is not None:
        return leaf.grow()
    return fork_leaves(seat.channel, leaf, 0 if seat.spare else 1)


def load(server, late, split):
    """Loads the application; returns the project's files that were opened meanwhile.

    `split` is called with those opened so far, before the project's models are imported.
    """
    importlib.invalidate_caches()
    opened = set()
    recording = [True]

    def hook(event, arguments):
        if event == "open" and recording and isinstance(arguments[0], str):
            opened.add(arguments[0])

    if hasattr(sys, "addaudithook"):
        sys.addaudithook(hook)
    gc.disable()
    undo = keeper.before_project_models(lambda: split(project_files(opened)))
    try:
        server.load()
        for name in late:
            if name not in sys.modules:
                try:
                    importlib.import_module(name)
                except Exception:
                    pass  # the project imports it in another order
    finally:
        undo()
        recording.clear()
        gc.enable()
    return project_files(opened)


def project_files(paths):
    real = {os.path.realpath(path) for path in paths}
    return {path for path in real if modules.is_project_file(path)}


def open_sockets(before):
    if modules.traces() - before:
        return "a socket that was opened while the application was loaded"
    return None


def fork_leaves(channel, leaf, count):
    """Forks `count` leaves, then one each time the zygote says so; any other word ends us.

    `fork` is a leaf as it comes, `anew` one that forgets the templates and translations read here.
    """
    for number in HANDLED:
        if number not in (signal.SIGCHLD, signal.SIGWINCH):
            signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wake = wake_on_signals()
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    poll.register(wake[0], select.POLLIN)
    children = set()
    command = b"fork"
    while True:
        for _ in range(count):
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for end in wake:
                    os.close(end)
                return leaf.grow(forgets=command == b"anew")
            children.add(pid)
            channels.send(channel, {"type": "leaf-started", "pid": pid})
        count = 0
        for fd, _ in poll.poll():
            if fd == wake[0]:
                drain(fd)
                continue
            command = receive(channel)
            if command not in (b"fork", b"anew"):
                end_with(children)
            count = 1
        for pid, status in reap():
            if pid in children:
                children.discard(pid)
                channels.send(channel, {"type": "leaf-ended", "pid": pid, "status": status})


def receive(channel):
    try:
        return channel.recv(16)
    except ConnectionError:
        return b""


def end_with(children):
    for pid in children:
        kill(pid, signal.SIGTERM)
        kill(pid, signal.SIGCONT)
    os._exit(0)
