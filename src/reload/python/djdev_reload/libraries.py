"""What the zygote imports before there is any project: the libraries that leaves turned out to use.

Leaves tell which libraries they have loaded; the zygote imports them, so the next layer finds them
imported. The list outlives the container: the host keeps it beside the image's id.
"""

import gc
import os
import sys

from djdev_reload import modules
from djdev_reload.notices import STATE, note, read_json, write_json

LEARNED = os.path.join(STATE, "learned.json")
# What an earlier container of the same image has learned.
SEEDED = os.path.join(modules.OURS, "learned.json")


class Libraries:
    def __init__(self):
        state = read_json(LEARNED, None) or read_json(SEEDED, {})
        self.learned = dict.fromkeys(state.get("names", ()))
        self.importer = modules.Importer(state.get("bad", ()), state.get("denied", ()))
        self.waiting = []  # learned, and not imported yet

    def learn(self, names):
        fresh = [name for name in names if name not in self.learned]
        self.learned.update(dict.fromkeys(fresh))
        self.waiting += fresh

    def known(self):
        """What a layer need not tell of."""
        return list(self.learned) + list(sys.modules)

    def left_to_project(self):
        """What only a project's settings make importable."""
        return [name for name in self.learned if name in self.importer.bad]

    def import_learned(self):
        """The package that made this process unfit to be forked, or None."""
        self.waiting = []
        return self._import(list(self.learned))

    def import_waiting(self):
        """Whether anything is imported now that was not; and the package that makes trouble."""
        names, self.waiting = self.waiting, []
        before = len(sys.modules)
        culprit = self._import(names)
        return len(sys.modules) > before, culprit

    def _import(self, names):
        culprit = None
        wanted = [name for name in names if self.importer.wants(name)]
        if wanted:
            culprit = self.importer.run(wanted)
            if culprit is not None:
                self._deny(culprit)
            modules.purge_project()
            self._save()
        gc.collect()
        gc.freeze()
        return culprit

    def _deny(self, package):
        """A library started a thread or opened a socket: from now on only the project imports it."""
        if package == "?":
            note("library", "A library opened a socket when it was imported; no library is "
                 "imported before the project from now on.")
            self.importer.denied.update(name.partition(".")[0] for name in self.learned)
        else:
            note("library", "%s starts a thread or opens a socket when it is imported, so each "
                 "reload imports it anew." % package)
            self.importer.denied.add(package)

    def _save(self):
        write_json(LEARNED, {"names": list(self.learned), "bad": sorted(self.importer.bad),
                             "denied": sorted(self.importer.denied)})
