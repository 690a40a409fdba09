"""A layer as the zygote sees it."""

from djdev_reload import channel as channels


class Layer:
    def __init__(self, pid, channel, spare):
        self.pid = pid
        self.receiver = channels.Receiver(channel)
        self.channel = channel
        self.spare = spare
        self.ready = False
        self.unsafe = None  # why nothing may be forked from it: it serves itself
        self.files = set()
        self.opened = set()
        self.present = None  # Python files of the project that exist
        self.leaves = set()
        self.checkpoint = None  # a copy of it that may be made
        self.is_stale = False  # whether a template or translation that it may have read was edited
        self.data_edits = 0  # how many such edits there had been when it began

    def take(self, message):
        """What it says of itself once it has loaded the application."""
        self.ready = True
        self.files = set(message["files"])
        self.opened = set(message["opened"])
        self.unsafe = message["unsafe"]
