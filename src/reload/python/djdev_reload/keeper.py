"""A copy of a layer from just before it imports the project's models: an edit of them begins there.

Settings, application configurations and the models of libraries are in it, and nothing of the
project that it does not tell of. It waits until the zygote asks for a layer, and forks one, which
goes on where the copy was made. The zygote's side is in checkpoints.py.
"""

import array
import gc
import importlib
import os
import select
import signal
import socket
import sys

from djdev_reload import channel as channels
from djdev_reload import modules
from djdev_reload.early import Early
from djdev_reload.processes import (
    HANDLED, drain, flush, handle_by_default, leftovers, reap, release_connections, wake_on_signals)

# So long nobody has asked for a layer: time for what can be done ahead.
IDLE_SECONDS = 0.5


class Seat:
    """What a process that loads the application has from the zygote; a copy of it gets another."""

    def __init__(self, channel, keeper, spare):
        self.channel = channel
        self.keeper = keeper
        self.spare = spare
        self.before = modules.traces()

    def change(self, channel):
        self.channel = channel
        self.spare = False
        self.before = modules.traces()

    def release_keeper(self):
        if self.keeper is not None:
            self.keeper.close()
            self.keeper = None


def before_project_models(call):
    """Calls once, before the models of the project's first application; answers how to undo it."""
    config = getattr(sys.modules.get("django.apps.config"), "AppConfig", None)
    if config is None:
        return lambda: None
    original = config.import_models

    def undo():
        config.import_models = original

    def import_models(self, *arguments):
        if modules.is_project_module(self.module):
            undo()
            call()
        return original(self, *arguments)

    config.import_models = import_models
    return undo


def split(seat, loaded, opened, late):
    """Leaves a copy behind. Returns in the layer, and again in each layer forked from the copy."""
    if leftovers() is not None or modules.traces() - seat.before:
        return  # no fork survives that
    release_connections()
    files = loaded.files()
    gc.freeze()
    flush()
    pid = os.fork()
    if pid == 0:
        keep(seat, Early(late, seat.before))
        return
    seat.release_keeper()
    channels.send(seat.channel, {"type": "checkpoint", "pid": pid, "files": sorted(files),
                                 "opened": sorted(opened)})


def keep(seat, early):
    """Forks a layer whenever the zygote says so and tells of its end; returns in each of them."""
    seat.channel.close()
    for number in HANDLED:
        if number not in (signal.SIGCHLD, signal.SIGWINCH):
            signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wake = wake_on_signals()
    poll = select.poll()
    poll.register(seat.keeper, select.POLLIN)
    poll.register(wake[0], select.POLLIN)
    children, is_ending = set(), False
    while True:
        has_time = early.is_wanted() and not is_ending
        ready = poll.poll(IDLE_SECONDS * 1000 if has_time else None)
        if not ready:
            poll.register(early.begin(), select.POLLIN)
        for fd, _ in ready:
            if fd == wake[0]:
                drain(fd)
                continue
            if fd == early.answer:
                poll.unregister(fd)
                early.hear()
                continue
            channel = receive(seat.keeper)
            if channel is None:
                is_ending = True
                continue
            pid = os.fork()
            if pid == 0:
                handle_by_default()
                for end in wake:
                    os.close(end)
                seat.release_keeper()
                seat.change(channel)
                channels.send(channel, {"type": "born", "pid": os.getpid()})
                importlib.invalidate_caches()
                return
            channel.close()
            children.add(pid)
        for pid, status in reap():
            if pid in children:
                children.discard(pid)
                channels.send(seat.keeper, {"pid": pid, "status": status})
        if is_ending and not children:
            os._exit(0)


def receive(keeper):
    """The channel of a layer that is wanted; None when no more will be. Ends with the zygote."""
    size = array.array("i").itemsize
    try:
        word, parts, _, _ = keeper.recvmsg(16, socket.CMSG_SPACE(size))
    except ConnectionError:
        word, parts = b"", []
    if not word:
        os._exit(0)
    if word != b"layer":
        return None
    descriptors = array.array("i")
    descriptors.frombytes(parts[0][2][:size])
    return socket.socket(fileno=descriptors[0])
