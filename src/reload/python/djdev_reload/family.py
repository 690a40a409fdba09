"""Whom the zygote has forked: the layers, the leaf that serves, and those that are to end."""

import selectors
import signal
import time

from djdev_reload import decide, editor
from djdev_reload.notices import note
from djdev_reload.processes import describe_end, kill, readable, reap
from djdev_reload.retired import Retired

# A leaf that ends sooner by itself is not replaced at once: it would end again.
SHORT_LIFE_SECONDS = 1.0


class Family:
    def __init__(self, zygote):
        self.zygote = zygote
        self.layers = {}  # pid -> Layer
        self.template = None  # the layer that leaves are forked from
        self.current = None  # (layer, pid) that serves
        self.retired = Retired(zygote.server)
        self.born = {}
        self.folders = decide.NO_FOLDERS
        self.leaf_files = set()
        self.spare_at = None
        self.begin_again_at = None
        self.data_edits = 0

    # Births

    def add(self, record):
        record.data_edits = self.data_edits
        self.layers[record.pid] = record
        self.zygote.selector.register(
            record.channel, selectors.EVENT_READ, lambda _: self.on_message(record))
        return record

    def want_spare(self):
        """A layer that has what was learned or compiled meanwhile; not while there is more."""
        self.spare_at = time.monotonic() + 0.2

    def is_spare_due(self, now):
        if self.spare_at is None or now < self.spare_at:
            return False
        self.spare_at = None
        return self.template is not None and self.template.unsafe is None

    # What they say

    def on_message(self, record):
        try:
            message = record.receiver.receive()
        except EOFError:
            self.forget(record)
            return None
        if message is None:
            return None
        return getattr(self, "on_" + message["type"].replace("-", "_"))(record, message)

    def hear(self):
        """Takes all that has been said so far; a Leaf in one that is forked for it."""
        for record in list(self.layers.values()):
            leaf = None
            while leaf is None and record.channel.fileno() >= 0 and readable(record.channel):
                leaf = self.on_message(record)
            if leaf is not None:
                return leaf
        return None

    def forget(self, record):
        self.zygote.selector.unregister(record.channel)
        record.channel.close()

    def on_layer_ready(self, record, message):
        record.take(message)
        record.is_stale = record.data_edits != self.data_edits
        self.zygote.compile_later(record.files)
        self.zygote.libraries.learn(message["libraries"])
        if record.unsafe is not None:
            note("layer", "Every edit loads the whole application, because of %s."
                 % record.unsafe)
        if record.spare:
            reloads = self.zygote.reloads
            if reloads.attempt is None and not reloads.dirty and record.unsafe is None:
                self.template = record
                self.look_around()
                self.drop_unused()
            else:
                self.drop(record)
        return None

    def on_checkpoint(self, record, message):
        self.zygote.checkpoints.adopt(record.checkpoint, message)
        return None

    def on_layer_failed(self, record, message):
        return None if record.spare else self.zygote.reloads.fail(message["error"], record)

    def on_leaf_started(self, record, message):
        record.leaves.add(message["pid"])
        attempt = self.zygote.reloads.attempt
        if attempt is not None and attempt.layer is record:
            attempt.leaf = message["pid"]
        return None

    def on_leaf_failed(self, record, message):
        return self.zygote.reloads.fail(message["error"], record)

    def on_leaf_ended(self, record, message):
        return self.leaf_ended(record, message["pid"], message["status"])

    def on_ready(self, record, message):
        pid = message["pid"]
        if self.zygote.stopping is not None:
            self.retired.add(pid)  # it was on its way when this process was told to end
            return None
        self.born[pid] = time.monotonic()
        old, self.current = self.current, (record, pid)
        if old is not None:
            self.retired.add(old[1])
        if record.unsafe == "broken":
            return None
        if self.template is not record:
            self.folders = decide.NO_FOLDERS  # until it has answered once
        self.template = record
        self.leaf_files = set()
        self.take_files(message)
        return self.zygote.reloads.succeed(pid)

    def look_around(self):
        """Which files there are beside those that are loaded; late, so that nobody waits for it."""
        if self.template is not None and self.template.present is None:
            self.template.present = decide.present_files()

    def on_learned(self, record, message):
        """After its first answer."""
        if self.current == (record, message["pid"]):
            self.folders = message["folders"]
            self.take_files(message)
        else:
            self.zygote.libraries.learn(message["libraries"])
        return None

    def take_files(self, message):
        self.leaf_files.update(message["files"])
        self.zygote.compile_later(self.leaf_files)
        self.zygote.libraries.learn(message["libraries"])

    def on_refreshed(self, record, message):
        return self.zygote.reloads.refreshed("error" in message)

    def on_paused(self, record, message):
        """A request waits for a debugger: another leaf serves the others."""
        pid = message["pid"]
        self.retired.hold(pid)
        reloads = self.zygote.reloads
        if self.current == (record, pid) and reloads.attempt is None:
            return reloads.begin(self.cheapest_kind(), [], hold=False)
        return None

    def on_resumed(self, record, message):
        self.retired.let_go(message["pid"])
        return None

    def refresh(self):
        """Has the leaf, and those that come after it, read templates and translations again."""
        self.data_edits += 1
        self.template.is_stale = True
        self.pass_on(signal.SIGUSR2)

    def cheapest_kind(self):
        return "layer" if self.template is not None and self.template.unsafe is None else "warm"

    # Ends

    def retire_all(self):
        if self.current is not None:
            self.retired.add(self.current[1])
            self.current = None
        self.retired.hurry()

    def drop_unused(self):
        """Layers that nothing is forked from any more end with their last leaf."""
        attempt = self.zygote.reloads.attempt
        keep = {id(self.template)}
        if self.current is not None:
            keep.add(id(self.current[0]))
        if attempt is not None:
            keep.add(id(attempt.layer))
        for record in list(self.layers.values()):
            if id(record) not in keep and record.ready and not record.leaves:
                self.drop(record)

    def drop(self, record):
        if record.unsafe is None and record.pid in self.layers:
            try:
                record.channel.sendall(b"quit")
            except OSError:
                pass

    def end_all(self, number):
        # All leaves, also one that is not ready yet: it would serve on without its layer.
        leaves = {pid for record in self.layers.values() for pid in record.leaves}
        leaves.update(self.retired.ends, [self.current[1]] if self.current else [])
        for pid in leaves:
            kill(pid, number)
            kill(pid, signal.SIGCONT)
        for record in self.layers.values():
            kill(record.pid, signal.SIGKILL if record.unsafe is None else number)

    def leaf_ended(self, record, pid, status):
        record.leaves.discard(pid)
        self.retired.forget(pid)
        lived = time.monotonic() - self.born.pop(pid, 0)
        reloads = self.zygote.reloads
        was_current = self.current == (record, pid)
        if was_current:
            self.current = None
        if was_current and self.zygote.stopping is None:
            # Its own end, such as max_requests, or a crash: another one at once, or soon.
            if reloads.attempt is not None:
                return None
            if lived < SHORT_LIFE_SECONDS:
                self.begin_again_at = time.monotonic() + SHORT_LIFE_SECONDS
                return None
            return reloads.begin(self.cheapest_kind(), [])
        attempt = reloads.attempt
        if attempt is not None and attempt.layer is record and pid in (attempt.leaf, record.pid):
            return reloads.fail_to_end(describe_end(status), record)
        self.drop_unused()
        return None

    def reap(self):
        for pid, status in reap():
            record = self.layers.get(pid)
            leaf = None if record is None else self.layer_ended(record, status)
            if leaf is not None:
                return leaf
        return None

    def layer_ended(self, record, status):
        # What it said last comes first.
        leaf = None
        while leaf is None and record.channel.fileno() >= 0 and readable(record.channel):
            leaf = self.on_message(record)
        self.layers.pop(record.pid, None)
        if leaf is not None:
            return leaf
        if record.channel.fileno() >= 0:
            self.forget(record)
        if self.template is record:
            self.template = None
        if record.unsafe is not None:
            return self.leaf_ended(record, record.pid, status)
        reloads = self.zygote.reloads
        if reloads.attempt is not None and reloads.attempt.layer is record:
            return reloads.fail_to_end(describe_end(status), record)
        if self.current is not None and self.current[0] is record:
            # Its leaf ends with it.
            self.current = None
            if reloads.attempt is None and self.zygote.stopping is None:
                return reloads.begin("warm", [])
        return None

    # What the zygote asks

    def serves(self):
        return self.current is not None or bool(self.retired.ends)

    def shows_life(self):
        """Whether a leaf tells the server itself that it lives; in an editor it may stand still."""
        return self.current is not None and self.current[1] not in self.retired.held and (
            not editor.is_wanted()
        )

    def serves_code(self):
        """Whether what serves is the project, and not the page about code that is broken."""
        return self.current is not None and self.current[0].unsafe != "broken"

    def times(self):
        times = [at for at in (self.spare_at, self.begin_again_at) if at is not None]
        return times + list(self.retired.ends.values())

    def is_to_begin_again(self, now):
        if self.begin_again_at is None or now < self.begin_again_at:
            return False
        self.begin_again_at = None
        return self.current is None

    def pass_on(self, number):
        if self.current is not None:
            kill(self.current[1], number)
