"""What becomes of an edit: one attempt at a time to have new code serve, and the old one kept."""

import os
import signal
import time

from djdev_reload import births, code, decide, failure
from djdev_reload.processes import kill

# The old code is held while its successor is loaded, so that a request waits for the new code.
HOLD_SECONDS = 3.0
ATTEMPT_SECONDS = 120.0


class Attempt:
    def __init__(self, layer, kind, replies, held):
        self.layer = layer
        self.kind = kind
        self.replies = replies
        self.held = held  # pid of the old leaf while it is stopped
        self.leaf = None  # pid of the new one
        self.started = time.monotonic()

    def release(self):
        if self.held:
            kill(self.held, signal.SIGCONT)
            self.held = None


class Reloads:
    def __init__(self, zygote):
        self.zygote = zygote
        self.attempt = None
        self.waiting = []  # replies of reloads that came during an attempt
        self.waiting_paths = set()
        self.dirty = set()  # edits that no serving code has taken yet
        self.is_renewal_due = False  # whether a leaf is wanted even if no edit needs one
        self.refreshing = []  # replies that wait for a leaf to have forgotten its templates

    def ask(self, paths, reply):
        """`reply` is answered when the new code serves, or when it cannot."""
        family = self.zygote.family
        self.zygote.checkpoints.saw_edits(set(map(os.path.realpath, paths)))
        if self.attempt is not None or (family.current is None and family.layers):
            self.waiting.append(reply)
            self.waiting_paths.update(paths)
            return None
        return self.take(paths, [reply], set())

    def renew(self, reply):
        self.is_renewal_due = True
        return self.ask([], reply)

    def take_next(self):
        if not self.waiting:
            return None
        replies, self.waiting = self.waiting, []
        paths, self.waiting_paths = self.waiting_paths, set()
        return self.take(paths, replies, paths)

    def take(self, paths, replies, late):
        self.dirty.update(map(os.path.realpath, paths))
        kind = decide.kind(self.zygote, self.dirty, set(map(os.path.realpath, late)))
        if kind in ("none", "templates") and self.is_renewal_due:
            kind = self.zygote.family.cheapest_kind()
        if kind == "none":
            self.dirty.clear()
            self.answer_untouched(replies)
            return None
        if kind == "templates":
            self.dirty.clear()
            self.refreshing += replies
            self.zygote.family.refresh()
            return None
        error = self.check_syntax()
        if error is not None:
            return self.refuse(error, replies)
        if kind == "restart":
            return self.restart(replies)
        return self.begin(kind, replies)

    def begin(self, kind, replies, hold=True):
        zygote = self.zygote
        if zygote.stopping is not None:
            return None
        self.is_renewal_due = False
        held = None
        if hold and zygote.server.holds and zygote.family.serves_code():
            held = zygote.family.current[1]
            kill(held, signal.SIGSTOP)
        self.attempt = Attempt(zygote.family.template, kind, replies, held)
        if kind == "warm":
            return births.go_on_from(zygote, zygote.checkpoints.find(self.dirty))
        template = zygote.family.template
        template.channel.sendall(b"anew" if template.is_stale else b"fork")
        return None

    def check_syntax(self):
        """An edit that cannot even be compiled is refused before anything is forked."""
        family = self.zygote.family
        loaded = family.leaf_files | (family.template.files if family.template else set())
        for path in sorted(self.dirty & (loaded | self.zygote.arbiter_files)):
            if path.endswith(".py") and os.path.exists(path):
                try:
                    code.compile_file(path)
                except (SyntaxError, ValueError) as error:
                    return failure.describe(error)
                except OSError:
                    pass
        return None

    def restart(self, replies):
        error = decide.try_configuration(self.zygote)
        if error is not None:
            return self.refuse(error, replies)
        self.zygote.control.answer(replies, {"type": "restarting"})
        self.zygote.server.restart(self.zygote)
        return None

    # How it ends

    def succeed(self, pid):
        self.zygote.board.clear()
        self.dirty.clear()
        attempt, self.attempt = self.attempt, None
        self.zygote.family.drop_unused()
        if attempt is not None:
            self.zygote.control.answer(attempt.replies, {
                "type": "reloaded", "kind": attempt.kind, "pid": pid,
                "ms": round((time.monotonic() - attempt.started) * 1000, 1)})
        else:
            self.zygote.control.broadcast({"type": "serving", "pid": pid})
        self.zygote.family.look_around()
        return self.take_next()

    def refuse(self, error, replies):
        self.zygote.board.write(error["traceback"])
        self.zygote.control.answer(replies, {
            "type": "failed", "error": error, "serves": self.zygote.family.serves_code()})
        return None

    def fail(self, error, record=None):
        """The old code goes on serving, and the edit stays to be taken."""
        attempt = self.attempt
        if attempt is not None and record is not None and attempt.layer is not record:
            return None
        self.attempt = None
        if attempt is not None:
            attempt.release()
            if attempt.kind == "warm" and attempt.layer is not None:
                self.zygote.family.drop(attempt.layer)
        self.refuse(error, [] if attempt is None else attempt.replies)
        if self.zygote.family.current is None:
            return births.start_broken(self.zygote)
        return self.take_next()

    def fail_to_end(self, how, record):
        text = "The process %s while it loaded the new code." % how
        return self.fail(failure.plain(text), record)

    def check_time(self, now):
        attempt = self.attempt
        if now - attempt.started > HOLD_SECONDS:
            attempt.release()
        if now - attempt.started > ATTEMPT_SECONDS:
            text = "The new code was not ready after %d s." % ATTEMPT_SECONDS
            return self.fail(failure.plain(text))
        return None

    def refreshed(self, failed):
        """A leaf that could not forget its templates has to go."""
        replies, self.refreshing = self.refreshing, []
        if failed and self.attempt is None:
            return self.begin(self.zygote.family.cheapest_kind(), replies)
        self.answer_untouched(replies)
        return None

    def answer_untouched(self, replies):
        self.zygote.control.answer(replies, {"type": "reloaded", "kind": "none", "ms": 0.0})

    def times(self):
        if self.attempt is None or not self.attempt.held:
            return []
        return [self.attempt.started + HOLD_SECONDS]
