"""The copies from which a layer can go on, as the zygote sees them; they are made in keeper.py.

They end by themselves when the zygote does, because their channel ends.
"""

import array
import select
import selectors
import signal
import socket

from djdev_reload import channel as channels
from djdev_reload.processes import kill

BIRTH_SECONDS = 5.0


class Checkpoint:
    def __init__(self, channel):
        self.channel = channel
        self.receiver = channels.Receiver(channel)
        self.pid = None  # until the layer has come so far
        self.files = set()
        self.opened = set()
        self.edited = set()  # what was edited since its layer began
        self.layers = set()  # pids of those that were forked from it

    def is_old(self):
        return bool(self.edited & (self.files | self.opened))


class Checkpoints:
    def __init__(self, zygote):
        self.zygote = zygote
        self.current = None
        self.all = []

    def expect(self):
        """The other end of a channel for a copy that a new layer may make of itself."""
        mine, theirs = channels.pair()
        point = Checkpoint(mine)
        self.all.append(point)
        self.zygote.selector.register(
            mine, selectors.EVENT_READ, lambda _: self.on_message(point))
        return point, theirs

    def adopt(self, point, message):
        point.pid = message["pid"]
        point.files = set(message["files"])
        point.opened = set(message["opened"])
        if point.is_old():
            self.dismiss(point)
            return
        old, self.current = self.current, point
        if old is not None:
            self.dismiss(old)

    def saw_edits(self, paths):
        """Nothing is forked any more from what has loaded a file before it was edited."""
        for point in self.all:
            point.edited.update(paths)
        if self.current is not None and self.current.is_old():
            self.dismiss(self.current)
            self.current = None

    def find(self, dirty):
        """From where the application can be loaded after these edits; None: from the beginning."""
        template = self.zygote.family.template
        if self.current is None or template is None or not dirty:
            return None
        # A new file may be what was looked for in vain before, such as local settings.
        known = template.files | self.zygote.family.leaf_files
        if any(path.endswith(".py") and path not in known for path in dirty):
            return None
        return self.current

    def fork(self, point):
        """The pid of a new layer and the channel to it; None when there is none to be had."""
        mine, theirs = channels.pair()
        try:
            descriptor = array.array("i", [theirs.fileno()])
            point.channel.sendmsg(
                [b"layer"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)])
            theirs.close()
            pid = self.await_birth(mine)
        except (OSError, EOFError):
            theirs.close()
            pid = None
        if pid is None:
            mine.close()
            if self.current is point:
                self.current = None
            kill(point.pid, signal.SIGKILL)
            return None
        point.layers.add(pid)
        return pid, mine

    def await_birth(self, channel):
        """The first thing a layer says is who it is."""
        poll = select.poll()
        poll.register(channel, select.POLLIN)
        if not poll.poll(BIRTH_SECONDS * 1000):
            return None
        message = channels.Receiver(channel).receive()
        return None if message is None else message["pid"]

    def on_message(self, point):
        """A Leaf in one that is forked because a layer has ended."""
        try:
            message = point.receiver.receive()
        except EOFError:
            return self.lose(point)
        return None if message is None else self.layer_ended(point, **message)

    def lose(self, point):
        """Nobody can tell of the ends of its layers any more, so they are to end now."""
        self.forget(point)
        leaf = None
        for pid in list(point.layers):
            record = self.zygote.family.layers.get(pid)
            for process in {pid} | (set() if record is None else record.leaves):
                kill(process, signal.SIGKILL)
            leaf = leaf or self.layer_ended(point, pid, signal.SIGKILL)
        return leaf

    def layer_ended(self, point, pid, status):
        point.layers.discard(pid)
        record = self.zygote.family.layers.get(pid)
        return None if record is None else self.zygote.family.layer_ended(record, status)

    def dismiss(self, point):
        """It ends when the layers that came from it have."""
        try:
            point.channel.sendall(b"quit")
        except OSError:
            pass  # it has ended

    def forget(self, point):
        self.zygote.selector.unregister(point.channel)
        point.channel.close()
        self.all.remove(point)
        if self.current is point:
            self.current = None

    def leave_behind(self):
        """In a child of the zygote."""
        for point in self.all:
            point.channel.close()
