"""The process that all layers are forked from: it has the libraries imported, and decides."""

import gc
import os
import selectors
import signal
import socket
import sys
import time

from djdev_reload import channel as channels
from djdev_reload import code, control, decide, failure, layer as layers, modules
from djdev_reload.notices import STATE, note, read_json, write_json

LEARNED = os.path.join(STATE, "learned.json")
# What an earlier container of the same image has learned.
SEEDED = os.path.join(modules.OURS, "learned.json")
# The old code is held while its successor is loaded, so that a request waits for the new code.
HOLD_SECONDS = 3.0
ATTEMPT_SECONDS = 120.0


class Layer:
    """A layer as the zygote sees it."""

    def __init__(self, pid, channel, spare):
        self.pid = pid
        self.receiver = channels.Receiver(channel)
        self.channel = channel
        self.spare = spare
        self.ready = False
        self.unsafe = None  # why nothing may be forked from it: it serves itself
        self.files = set()
        self.opened = set()
        self.present = set()
        self.leaves = set()


class Attempt:
    def __init__(self, layer, kind, paths, replies, held):
        self.layer = layer
        self.kind = kind
        self.paths = paths
        self.replies = replies
        self.held = held  # pid of the old leaf while it is stopped
        self.leaf = None  # pid of the new one
        self.started = time.monotonic()


class Zygote:
    def __init__(self, server):
        self.server = server
        self.selector = selectors.PollSelector()  # an epoll would be shared with the children
        self.board = failure.Board()
        self.layers = {}  # pid -> Layer
        self.template = None  # the layer that leaves are forked from
        self.current = None  # (layer, pid) that serves
        self.retired = {}  # pid -> when it is to be killed
        self.attempt = None
        self.waiting = []  # replies of reloads that came during an attempt
        self.waiting_paths = set()
        self.dirty = set()  # edits that no serving code has taken yet
        self.folders = decide.NO_FOLDERS
        self.leaf_files = set()
        self.uncompiled = []
        self.unimported = []
        self.stopping = None
        self.refreshing = []
        self.restart_at = None
        self.born = {}
        self.finish = None  # what this process does instead of ending
        state = read_json(LEARNED, None) or read_json(SEEDED, {})
        self.learned = dict.fromkeys(state.get("names", ()))
        self.importer = modules.Importer(state.get("bad", ()), state.get("denied", ()))
        self.needs_spare_at = None

    def run(self):
        """Returns a Leaf in each leaf; never returns in the zygote itself."""
        self.open()
        leaf = self.start_layer()
        while leaf is None:
            leaf = self.turn()
        return leaf

    def open(self):
        wake_read, wake_write = os.pipe()
        for end in (wake_read, wake_write):
            os.set_blocking(end, False)
        for name in layers.HANDLED:
            signal.signal(getattr(signal, "SIG" + name), self.note_signal)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self.wake = (wake_read, wake_write)
        self.signals = []
        self.selector.register(wake_read, selectors.EVENT_READ, self.on_signal)
        code.install()
        self.arbiter_files = modules.purge_project()
        configuration = self.server.configuration()
        if configuration is not None:
            self.arbiter_files.add(configuration)
        self.control = control.Control(self)
        self.import_libraries(list(self.learned))

    def note_signal(self, number, frame):
        self.signals.append(number)

    def turn(self):
        for key, _ in self.selector.select(self.patience()):
            if self.selector.get_map().get(key.fd) is key:
                leaf = key.data(key.fileobj)
                if leaf is not None:
                    return leaf
        return self.tick()

    def patience(self):
        if self.uncompiled or (self.unimported and self.attempt is None):
            return 0.0
        times = [at for at in (self.needs_spare_at, self.restart_at) if at is not None]
        times += self.retired.values()
        if self.attempt is not None and self.attempt.held:
            times.append(self.attempt.started + HOLD_SECONDS)
        now = time.monotonic()
        return max(0.0, min([1.0] + [at - now for at in times]))

    # What happens by itself

    def tick(self):
        now = time.monotonic()
        if self.server.parent_is_gone():
            self.leave(signal.SIGTERM)
        if self.current is None or self.attempt is not None or self.stopping is not None:
            self.server.beat()
        for pid, at in list(self.retired.items()):
            if now >= at:
                self.retired[pid] = now + 5
                kill(pid, signal.SIGKILL)
        if self.stopping is not None and not self.serving():
            self.leave(signal.SIGKILL)
        attempt = self.attempt
        if attempt is not None:
            if attempt.held and now - attempt.started > HOLD_SECONDS:
                kill(attempt.held, signal.SIGCONT)
                attempt.held = None
            if now - attempt.started > ATTEMPT_SECONDS:
                return self.fail(text_error("The new code was not ready after %d s."
                                            % ATTEMPT_SECONDS))
            return None
        if self.restart_at is not None and now >= self.restart_at:
            self.restart_at = None
            return self.begin("warm", set(), []) if self.current is None else None
        if self.uncompiled:
            self.uncompiled = code.fill(self.uncompiled, 0.01)
            return None
        if self.unimported:
            return self.import_some()
        if self.needs_spare_at is not None and now >= self.needs_spare_at:
            self.needs_spare_at = None
            if self.template is not None and self.template.unsafe is None and not self.dirty:
                return self.start_layer(spare=True)
        return None

    def import_some(self):
        """What a leaf has taught: the next layer finds it imported."""
        names, self.unimported = self.unimported, []
        before = len(sys.modules)
        if self.import_libraries(names) and len(sys.modules) > before:
            self.needs_spare_at = time.monotonic() + 0.2
        return None

    def import_libraries(self, names):
        wanted = [name for name in names if self.importer.wants(name)]
        if wanted:
            culprit = self.importer.run(wanted)
            if culprit is not None:
                self.unlearn(culprit)
            modules.purge_project()
            write_json(LEARNED, {"names": list(self.learned), "bad": sorted(self.importer.bad),
                                 "denied": sorted(self.importer.denied)})
        gc.collect()
        gc.freeze()
        return bool(wanted)

    def unlearn(self, package):
        """A library started a thread or opened a socket: from now on only the project imports it."""
        if package == "?":
            note("library", "A library opened a socket when it was imported; no library is "
                 "imported before the project from now on.")
            self.importer.denied.update(name.partition(".")[0] for name in self.learned)
        else:
            note("library", "%s starts a thread or opens a socket when it is imported, so each "
                 "reload imports it anew." % package)
            self.importer.denied.add(package)
        write_json(LEARNED, {"names": list(self.learned), "bad": sorted(self.importer.bad),
                             "denied": sorted(self.importer.denied)})
        # This process cannot be forked from any more; the next one knows better. It may load the
        # code before the next edit is written, so that edit is a thing to ask of it, not of us.
        self.control.end()
        self.server.restart(self)

    # Layers

    def start_layer(self, spare=False):
        mine, theirs = channels.pair()
        late = [name for name in self.learned if name in self.importer.bad]
        names = {"late": late, "known": list(self.learned) + list(sys.modules)}
        flush()
        pid = os.fork()
        if pid == 0:
            self.leave_behind(mine)
            return layers.main(self.server, theirs, self.board, names, spare)
        theirs.close()
        record = self.layers[pid] = Layer(pid, mine, spare)
        self.selector.register(mine, selectors.EVENT_READ, lambda _: self.on_message(record))
        if self.attempt is not None:
            self.attempt.layer = record
        return None

    def start_broken(self):
        """Answers with the traceback while there is no code that works."""
        mine, theirs = channels.pair()
        flush()
        pid = os.fork()
        if pid == 0:
            self.leave_behind(mine)
            return layers.Leaf(theirs, self.board, set(), broken=True)
        theirs.close()
        record = self.layers[pid] = Layer(pid, mine, False)
        record.unsafe = "broken"
        self.selector.register(mine, selectors.EVENT_READ, lambda _: self.on_message(record))
        return None

    def leave_behind(self, mine):
        """In a child: what belongs to the zygote alone."""
        signal.set_wakeup_fd(-1)
        for name in layers.HANDLED:
            signal.signal(getattr(signal, "SIG" + name), signal.SIG_DFL)
        mine.close()
        for record in self.layers.values():
            record.channel.close()
        for end in self.wake:
            os.close(end)
        self.control.close()

    def on_message(self, record):
        try:
            message = record.receiver.receive()
        except EOFError:
            self.selector.unregister(record.channel)
            record.channel.close()
            return None
        if message is None:
            return None
        handler = getattr(self, "on_" + message["type"].replace("-", "_"))
        return handler(record, message)

    def on_layer_ready(self, record, message):
        record.ready = True
        record.files = set(message["files"])
        record.opened = set(message["opened"])
        record.unsafe = message["unsafe"]
        record.present = decide.present_files()
        self.uncompiled = list(set(self.uncompiled) | record.files)
        if record.unsafe is not None:
            note("layer", "Every edit loads the whole application, because of %s."
                 % record.unsafe)
        if record.spare:
            if self.attempt is None and not self.dirty and record.unsafe is None:
                self.template = record
                self.drop_unused()
            else:
                self.drop(record)
        return None

    def on_layer_failed(self, record, message):
        if record.spare:
            return None
        return self.fail(message["error"], record)

    def on_leaf_started(self, record, message):
        record.leaves.add(message["pid"])
        if self.attempt is not None and self.attempt.layer is record:
            self.attempt.leaf = message["pid"]
        return None

    def on_leaf_failed(self, record, message):
        return self.fail(message["error"], record)

    def on_leaf_ended(self, record, message):
        return self.leaf_ended(record, message["pid"], message["status"])

    def on_ready(self, record, message):
        pid = message["pid"]
        if self.stopping is not None:
            self.retire(pid)  # it was on its way when this process was told to end
            return None
        self.born[pid] = time.monotonic()
        old, self.current = self.current, (record, pid)
        if old is not None:
            self.retire(old[1])
        if record.unsafe == "broken":
            return None
        if self.template is not record:
            self.folders = decide.NO_FOLDERS  # until it has answered once
        self.leaf_files = set(message["files"])
        self.template = record
        self.board.clear()
        self.dirty.clear()
        self.uncompiled = list(set(self.uncompiled) | self.leaf_files)
        self.learn(message["libraries"])
        attempt, self.attempt = self.attempt, None
        self.drop_unused()
        if attempt is not None:
            self.control.answer(attempt.replies, {
                "type": "reloaded", "kind": attempt.kind, "pid": pid,
                "ms": round((time.monotonic() - attempt.started) * 1000, 1)})
        else:
            self.control.broadcast({"type": "serving", "pid": pid})
        return self.next_attempt()

    def on_learned(self, record, message):
        if self.current == (record, message["pid"]):
            self.folders = message["folders"]
            self.leaf_files = set(message["files"])
            self.uncompiled = list(set(self.uncompiled) | self.leaf_files)
        self.learn(message["libraries"])
        return None

    def learn(self, names):
        fresh = [name for name in names if name not in self.learned]
        self.learned.update(dict.fromkeys(fresh))
        self.unimported += fresh

    def on_refreshed(self, record, message):
        replies, self.refreshing = self.refreshing, []
        self.control.answer(replies, {"type": "reloaded", "kind": "none", "ms": 0.0})
        return None

    # Reloads

    def reload(self, paths, reply):
        """`reply` is answered when the new code serves, or when it cannot."""
        if self.attempt is not None or (self.current is None and self.layers):
            self.waiting.append(reply)
            self.waiting_paths.update(paths)
            return None
        return self.begin_with(paths, [reply], set())

    def next_attempt(self):
        if not self.waiting:
            return None
        replies, self.waiting = self.waiting, []
        paths, self.waiting_paths = self.waiting_paths, set()
        return self.begin_with(paths, replies, paths)

    def begin_with(self, paths, replies, late):
        self.dirty.update(map(os.path.realpath, paths))
        kind = decide.kind(self, self.dirty, set(map(os.path.realpath, late)))
        if kind == "none":
            self.dirty.clear()
            self.control.answer(replies, {"type": "reloaded", "kind": "none", "ms": 0.0})
            return None
        if kind == "templates":
            self.dirty.clear()
            self.refreshing += replies
            kill(self.current[1], signal.SIGUSR2)
            return None
        error = self.check_syntax()
        if error is not None:
            return self.refuse(error, replies)
        if kind == "restart":
            return self.restart(replies)
        return self.begin(kind, set(paths), replies)

    def begin(self, kind, paths, replies):
        if self.stopping is not None:
            return None
        held = None
        serves = self.current is not None and self.current[0].unsafe != "broken"
        if serves and self.server.holds:
            held = self.current[1]
            kill(held, signal.SIGSTOP)
        self.attempt = Attempt(self.template, kind, paths, replies, held)
        if kind == "warm":
            return self.start_layer()
        self.template.channel.sendall(b"fork")
        return None

    def check_syntax(self):
        """An edit that cannot even be compiled is refused before anything is forked."""
        loaded = self.leaf_files | (self.template.files if self.template else set())
        for path in sorted(self.dirty & (loaded | self.arbiter_files)):
            if path.endswith(".py") and os.path.exists(path):
                try:
                    code.compile_file(path)
                except (SyntaxError, ValueError) as error:
                    return failure.describe(error)
                except OSError:
                    pass
        return None

    def restart(self, replies):
        error = decide.try_configuration(self)
        if error is not None:
            return self.refuse(error, replies)
        self.control.answer(replies, {"type": "restarting"})
        self.server.restart(self)
        return None

    def refuse(self, error, replies):
        self.board.write(error["traceback"])
        self.control.answer(replies, {"type": "failed", "error": error})
        return None

    def fail(self, error, record=None):
        """The old code goes on serving, and the edit stays to be taken."""
        attempt = self.attempt
        if attempt is not None and record is not None and attempt.layer is not record:
            return None
        self.attempt = None
        self.board.write(error["traceback"])
        if attempt is not None:
            if attempt.held:
                kill(attempt.held, signal.SIGCONT)
            if attempt.kind == "warm" and attempt.layer is not None:
                self.drop(attempt.layer)
            self.control.answer(attempt.replies, {"type": "failed", "error": error})
        else:
            self.control.broadcast({"type": "failed", "error": error})
        self.control.failure = error
        if self.current is None:
            return self.start_broken()
        return self.next_attempt()

    def retire(self, pid):
        self.retired[pid] = time.monotonic() + self.server.grace_seconds
        # The signal is pending while the process is stopped: it is the first thing it sees.
        kill(pid, signal.SIGTERM)
        kill(pid, signal.SIGCONT)

    def drop_unused(self):
        """Layers that nothing is forked from any more end with their last leaf."""
        keep = {id(self.template)}
        if self.current is not None:
            keep.add(id(self.current[0]))
        if self.attempt is not None:
            keep.add(id(self.attempt.layer))
        for record in list(self.layers.values()):
            if id(record) not in keep and record.ready and not record.leaves:
                self.drop(record)

    def drop(self, record):
        if record.unsafe is None and record.pid in self.layers:
            try:
                record.channel.sendall(b"quit")
            except OSError:
                pass

    # Ends

    def serving(self):
        return self.current is not None or bool(self.retired)

    def leaf_ended(self, record, pid, status):
        record.leaves.discard(pid)
        self.retired.pop(pid, None)
        if self.stopping is None and self.current == (record, pid):
            self.current = None
            # Its own end, such as max_requests, or a crash: another one at once, or soon.
            lived = time.monotonic() - self.born.get(pid, 0)
            self.born.pop(pid, None)
            if self.attempt is None:
                if lived < 1.0:
                    self.restart_at = time.monotonic() + 1.0
                    return None
                if self.template is not None and self.template.unsafe is None:
                    return self.begin("layer", set(), [])
                return self.begin("warm", set(), [])
            return None
        if self.current == (record, pid):
            self.current = None
        self.born.pop(pid, None)
        attempt = self.attempt
        if attempt is not None and attempt.layer is record and (
            pid in (attempt.leaf, record.pid)
        ):
            return self.fail(ended_error(status), record)
        self.drop_unused()
        return None

    def on_signal(self, _):
        layers.drain(self.wake[0])
        numbers, self.signals = self.signals, []
        for number in numbers:
            if number == signal.SIGTERM:
                self.stop(signal.SIGTERM)
            elif number in (signal.SIGINT, signal.SIGQUIT):
                self.leave(signal.SIGQUIT)
            elif number == signal.SIGABRT:
                self.server.beat()
                if self.current is not None:
                    kill(self.current[1], signal.SIGABRT)
            elif number in (signal.SIGUSR1, signal.SIGWINCH) and self.current is not None:
                kill(self.current[1], number)
        return self.reap()

    def reap(self):
        leaf = None
        while leaf is None:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return None
            if pid == 0:
                return None
            record = self.layers.get(pid)
            if record is not None:
                leaf = self.layer_ended(record, status)
        return leaf

    def layer_ended(self, record, status):
        # What it said last comes first.
        leaf = None
        while leaf is None and record.channel.fileno() >= 0 and readable(record.channel):
            leaf = self.on_message(record)
        self.layers.pop(record.pid, None)
        if leaf is not None:
            return leaf
        if record.channel.fileno() >= 0:
            self.selector.unregister(record.channel)
            record.channel.close()
        if self.template is record:
            self.template = None
        if record.unsafe is not None:
            return self.leaf_ended(record, record.pid, status)
        if self.attempt is not None and self.attempt.layer is record:
            return self.fail(ended_error(status), record)
        if self.current is not None and self.current[0] is record:
            # Its leaf ends with it.
            self.current = None
            if self.attempt is None and self.stopping is None:
                return self.begin("warm", set(), [])
        return None

    def stop(self, number):
        self.stopping = time.monotonic()
        self.attempt = None
        self.control.end()
        if self.current is not None:
            pid = self.current[1]
            self.current = None
            self.retire(pid)

    def leave(self, number):
        # All leaves, also one that is not ready yet: it would serve on without its layer.
        leaves = {pid for record in self.layers.values() for pid in record.leaves}
        leaves.update(self.retired, [self.current[1]] if self.current else [])
        for pid in leaves:
            kill(pid, number)
            kill(pid, signal.SIGCONT)
        for record in self.layers.values():
            kill(record.pid, signal.SIGKILL if record.unsafe is None else number)
        flush()
        if self.finish is not None:
            self.finish()
        os._exit(0)


def readable(channel):
    with selectors.PollSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        return bool(selector.select(0))


def kill(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def text_error(text):
    return {"type": "Error", "message": text, "file": None, "line": None, "traceback": text}


def ended_error(status):
    if os.WIFSIGNALED(status):
        return text_error("The process was killed by signal %d while it loaded the new code."
                          % os.WTERMSIG(status))
    return text_error("The process ended with exit code %d while it loaded the new code."
                      % os.WEXITSTATUS(status))
