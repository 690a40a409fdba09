"""Leaves that have been told to end, and those in which a debugger holds requests."""

import signal
import time

from djdev_reload.processes import kill


class Retired:
    def __init__(self, server):
        self.server = server
        self.ends = {}  # pid -> when it is to be killed
        self.held = {}  # pid -> how many of its requests a debugger holds

    def add(self, pid):
        grace = float("inf") if pid in self.held else self.server.grace_seconds
        self.ends[pid] = time.monotonic() + grace
        # The signal is pending while the process is stopped: it is the first thing it sees.
        kill(pid, signal.SIGTERM)
        kill(pid, signal.SIGCONT)

    def hold(self, pid):
        self.held[pid] = self.held.get(pid, 0) + 1
        if pid in self.ends:
            self.ends[pid] = float("inf")

    def let_go(self, pid):
        self.held[pid] = self.held.get(pid, 1) - 1
        if self.held[pid] == 0:
            del self.held[pid]
            if pid in self.ends:
                self.add(pid)

    def hurry(self):
        """Nobody who is to end soon waits for a debugger."""
        self.ends.update((pid, 0) for pid in self.held if pid in self.ends)

    def end_overdue(self, now):
        for pid, at in list(self.ends.items()):
            if now >= at:
                self.ends[pid] = now + 5
                kill(pid, signal.SIGKILL)

    def forget(self, pid):
        self.ends.pop(pid, None)
        self.held.pop(pid, None)
