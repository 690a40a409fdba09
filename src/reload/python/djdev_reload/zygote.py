"""The process that all layers are forked from: its loop, its signals and its end.

It has the libraries imported (libraries.py) and none of the project. Whom it has forked is in
family.py, what becomes of an edit in reloads.py, and who asks for it in control.py.
"""

import os
import selectors
import signal
import time

from djdev_reload import births, code, control, failure, modules
from djdev_reload.checkpoints import Checkpoints
from djdev_reload.family import Family
from djdev_reload.libraries import Libraries
from djdev_reload.processes import HANDLED, drain, flush, wake_on_signals
from djdev_reload.reloads import Reloads


# Work for later is done in pieces: an edit may come.
IDLE_SECONDS = 0.01


class Zygote:
    def __init__(self, server):
        self.server = server
        self.selector = selectors.PollSelector()  # an epoll would be shared with the children
        self.board = failure.Board()
        self.libraries = Libraries()
        self.checkpoints = Checkpoints(self)
        self.family = Family(self)
        self.reloads = Reloads(self)
        self.uncompiled = []
        self.stopping = None
        self.signals = []
        self.finish = None  # what this process does instead of ending

    def run(self):
        """Returns a Leaf in each leaf; never returns in the zygote itself."""
        self.open()
        leaf = births.start_layer(self)
        while leaf is None:
            leaf = self.turn()
        return leaf

    def open(self):
        for number in HANDLED:
            signal.signal(number, lambda number, frame: self.signals.append(number))
        self.wake = wake_on_signals()
        self.selector.register(self.wake[0], selectors.EVENT_READ, self.on_signal)
        code.install()
        self.arbiter_files = modules.purge_project()
        configuration = self.server.configuration()
        if configuration is not None:
            self.arbiter_files.add(configuration)
        self.control = control.Control(self)
        if self.libraries.import_learned() is not None:
            self.start_again()
        self.libraries.read(float("inf"))

    def turn(self):
        for key, _ in self.selector.select(self.patience()):
            if self.selector.get_map().get(key.fd) is key:
                leaf = key.data(key.fileobj)
                if leaf is not None:
                    return leaf
        return self.tick()

    def patience(self):
        libraries = self.libraries
        if self.reloads.attempt is None and (
            self.uncompiled or libraries.waiting or libraries.unread
        ):
            return 0.0
        now = time.monotonic()
        times = self.family.times() + self.reloads.times()
        return max(0.0, min([1.0] + [at - now for at in times]))

    # What happens by itself

    def tick(self):
        now = time.monotonic()
        if self.server.parent_is_gone():
            self.leave(signal.SIGTERM)
        if self.reloads.attempt is not None or self.stopping is not None or (
            not self.family.shows_life()
        ):
            self.server.beat()
        self.family.retired.end_overdue(now)
        if self.stopping is not None and not self.family.serves():
            self.leave(signal.SIGKILL)
        if self.reloads.attempt is not None:
            return self.reloads.check_time(now)
        if self.family.is_to_begin_again(now):
            return self.reloads.begin("warm", [])
        if self.uncompiled:
            fresh, self.uncompiled = code.fill(self.uncompiled, IDLE_SECONDS)
            if fresh:
                self.family.want_spare()
            return None
        if self.libraries.waiting:
            return self.import_libraries()
        if self.libraries.unread:
            if self.libraries.read(IDLE_SECONDS):
                self.family.want_spare()
            return None
        if self.family.is_spare_due(now) and not self.reloads.dirty:
            return births.start_layer(self, spare=True)
        return None

    def compile_later(self, paths):
        self.uncompiled = list(set(self.uncompiled) | paths)

    def import_libraries(self):
        """What a leaf has taught: the next layer finds it imported."""
        if self.libraries.import_waiting(IDLE_SECONDS) is not None:
            self.start_again()
        elif not self.libraries.waiting:
            self.family.want_spare()
        return None

    def start_again(self):
        """This process cannot be forked from any more; the next one knows better.

        It may load the code before the next edit is written, so that edit is a thing to ask of
        it, not of us.
        """
        self.control.end()
        self.server.restart(self)

    # Ends

    def on_signal(self, _):
        drain(self.wake[0])
        numbers, self.signals = self.signals, []
        for number in numbers:
            if number == signal.SIGTERM:
                self.stop()
            elif number in (signal.SIGINT, signal.SIGQUIT):
                self.leave(signal.SIGQUIT)
            elif number == signal.SIGABRT:
                self.server.beat()
                self.family.pass_on(number)
            elif number in (signal.SIGUSR1, signal.SIGWINCH):
                self.family.pass_on(number)
        return self.family.reap()

    def stop(self):
        self.stopping = time.monotonic()
        self.reloads.attempt = None
        self.control.end()
        self.family.retire_all()

    def leave(self, number):
        self.family.end_all(number)
        flush()
        if self.finish is not None:
            self.finish()
        os._exit(0)

    def leave_behind(self):
        """In a child: what belongs to the zygote alone."""
        for end in self.wake:
            os.close(end)
        self.checkpoints.leave_behind()
        self.control.close()
