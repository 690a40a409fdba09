"""What the zygote imports before there is any project: the libraries that leaves turned out to use.

Leaves tell which libraries they have loaded; the zygote imports them, so the next layer finds them
imported. The list outlives the container: the host keeps it beside the image's id.
"""

import gc
import os
import time

from djdev_reload import modules, recall
from djdev_reload.notices import STATE, note, read_json, write_json

LEARNED = os.path.join(STATE, "learned.json")
# What an earlier container of the same image has learned.
SEEDED = os.path.join(modules.OURS, "learned.json")


class Libraries:
    def __init__(self):
        state = read_json(LEARNED, None) or read_json(SEEDED, {})
        self.learned = dict(state.get("files", {}))  # name -> file or None, in order of import
        self.importer = modules.Importer(state.get("bad", ()), state.get("denied", ()))
        self.waiting = []  # learned, and not imported yet
        self.unread = {}  # left to the project, and their code is not in memory: {name: file}

    def learn(self, files):
        self.waiting += [name for name in files if name not in self.learned]
        self.learned.update(files)

    def left_to_project(self):
        """What only a project's settings make importable."""
        return [name for name in self.learned if name in self.importer.bad]

    def import_learned(self):
        """The package that made this process unfit to be forked, or None."""
        self.waiting = list(self.learned)
        return self.import_waiting(float("inf"))

    def import_waiting(self, budget_seconds):
        """Imports what waits until the time is used up; the package that makes trouble, or None."""
        end = time.monotonic() + budget_seconds
        culprit = None
        while self.waiting and culprit is None and time.monotonic() < end:
            name = self.waiting.pop(0)
            if self.importer.wants(name):
                culprit = self.importer.run(name)
        if culprit is not None:
            self._deny(culprit)
        if culprit is not None or not self.waiting:
            self._settle()
        return culprit

    def _settle(self):
        """Once all is imported: it becomes common to all forks, and known to the next container."""
        modules.purge_project()
        write_json(LEARNED, {"files": self.learned, "bad": sorted(self.importer.bad),
                             "denied": sorted(self.importer.denied)})
        self.unread = {name: self.learned[name] for name in self.left_to_project()
                       if self.learned[name] is not None and not recall.knows(name)}
        gc.collect()
        gc.freeze()

    def read(self, budget_seconds):
        """Code of what is left to the project; whether all is read."""
        self.unread = recall.keep(self.unread, budget_seconds)
        return not self.unread

    def _deny(self, package):
        """A library started a thread or opened a socket: from now on only the project imports it."""
        note("library", "%s starts a thread or opens a socket when it is imported, so each "
             "reload imports it anew." % package)
        self.importer.denied.add(package)
