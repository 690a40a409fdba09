"""The container's end of the sync: applies what the host sends, tells what others change here.

One program in four files, sent as tree.py + sources.py + changes.py + agent.py. Frames both ways are two
big-endian lengths (header, body), a JSON header, the body. Every request gets one answer with its
number in "re". The host's end is ../agent-connection.ts, the words of a state ("file <hash> x",
"dir", "link <target>") are those of ../path-state.ts. Python 3.8 and later.
"""

import json
import os
import select
import stat
import struct
import sys
import time


class Wire:
    def __init__(self):
        self.rest = b""

    def take(self, count):
        """Exactly so many bytes of stdin; the end of stdin ends the agent."""
        parts = []
        while count > 0:
            if not self.rest:
                self.rest = os.read(0, CHUNK)
                if not self.rest:
                    sys.exit(0)
            part, self.rest = self.rest[:count], self.rest[count:]
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def take_some(self, count):
        if not self.rest:
            return self.take(min(count, CHUNK))
        return self.take(min(count, len(self.rest)))

    def request(self):
        header, body = struct.unpack(">II", self.take(8))
        return json.loads(self.take(header)), body

    def send(self, header, body=b""):
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogateescape")
        view = memoryview(struct.pack(">II", len(text), len(body)) + text + body)
        while view:
            view = view[os.write(1, view):]


class Agent:
    def __init__(self):
        self.wire = Wire()
        self.tree = Tree()
        self.inotify = None
        self.watched_at = 0

    def run(self):
        self.wire.send({"event": "ready", "python": sys.version.split()[0], "uid": os.getuid()})
        while True:
            watched = [0] + ([self.inotify.fd] if self.inotify else [])
            readable = [0] if self.wire.rest else select.select(watched, [], [])[0]
            if 0 in readable:
                header, body = self.wire.request()
                answer, content = getattr(self, "do_" + header["do"])(header, body)
                answer["re"] = header["id"]
                self.wire.send(answer, content)
            else:
                self.tell_changes()

    def tell_changes(self):
        paths, lost = self.inotify.changed()
        entries = []
        for path in paths:
            found = look(path)
            if self.tree.is_own(path, found):
                continue
            kind = "none" if found is None else "dir" if stat.S_ISDIR(found.st_mode) else "file"
            if kind == "file" and not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
                continue
            entries.append({"path": path, "kind": kind, "bytes": found.st_size if found else 0})
        if entries or lost:
            self.wire.send({"event": "changed", "entries": entries, "lost": lost})

    def do_apply(self, header, _):
        errors, conflicts, written, sources = [], [], [], []
        for op in header["ops"]:
            remaining = [op.get("bytes", 0)]
            parts = []
            keeps = op["path"].endswith(".py") and op["do"] == "file"

            def take():
                while remaining[0]:
                    part = self.wire.take_some(remaining[0])
                    remaining[0] -= len(part)
                    if keeps:
                        parts.append(part)
                    yield part

            try:
                if not self.is_expected(op, conflicts):
                    continue
                {
                    "file": lambda: self.tree.write(op, take),
                    "link": lambda: self.tree.make_link(op),
                    "dir": lambda: self.tree.make_directory(op),
                    "delete": lambda: self.tree.delete(op),
                }[op["do"]]()
                if op["path"].endswith(".py"):
                    written.append(op["path"])
                if keeps:
                    sources.append((op["path"], b"".join(parts)))
            except OSError as error:
                errors.append({"path": op["path"], **explain(error)})
            except KeyError as error:
                errors.append({"path": op["path"], "code": "ENOUSER", "message": str(error.args[0])})
            finally:
                for _ in take():
                    pass
        forget_bytecode(written)
        problems = check_syntax(sources)
        signalled = self.signal(header.get("signal"), errors or problems)
        return {"errors": errors, "conflicts": conflicts, "syntax": problems, "signalled": signalled}, b""

    def is_expected(self, op, conflicts):
        """Whether the container still has what the host knows of, so that nobody's work is lost."""
        if "base" not in op:
            return True
        path = op["path"]
        found = look(path)
        current = self.tree.state(path, found)
        if current == op["base"] or (op["do"] == "delete" and current is None):
            return True
        if current == op.get("state"):
            self.tree.remember(path, current)
            return False
        conflicts.append({"path": path, "state": current})
        return False

    def signal(self, wanted, broken):
        if not wanted or broken:
            return False
        try:
            os.kill(wanted["pid"], wanted["number"])
        except OSError:
            return False
        return True

    def do_compare(self, _, body):
        return {"different": self.tree.compare(json.loads(self.wire.take(body)))}, b""

    def do_flush(self, _, __):
        if self.inotify:
            self.tell_changes()
        return {}, b""

    def do_list(self, header, _):
        since = self.watched_at if header["which"] == "new" else 0
        rows = list_entries(header["roots"], since)
        return {}, json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogateescape")

    def do_directories(self, header, _):
        return {"directories": find_directories(header["roots"])}, b""

    def do_watch(self, _, body):
        directories = json.loads(self.wire.take(body))
        if self.inotify:
            self.inotify.close()
        self.inotify = None
        # Clocks of file systems may be some milliseconds behind.
        self.watched_at = time.time() - 1
        try:
            self.inotify = Inotify()
        except (ImportError, AttributeError, OSError) as error:
            return {"problem": {"code": "ENOSYS", "message": str(error)}}, b""
        problem = None
        for directory in directories:
            problem = self.inotify.add(directory) or problem
        return {"problem": problem}, b""

    def do_read(self, header, _):
        files, contents = [], []
        for path in header["paths"]:
            try:
                entry, content = self.read(path)
            except OSError as error:
                entry, content = {"path": path, **explain(error)}, b""
            files.append(entry)
            contents.append(content)
        return {"files": files}, b"".join(contents)

    def read(self, path):
        for _ in range(3):
            found = look(path)
            if found is None or not stat.S_ISREG(found.st_mode):
                state = self.tree.state(path, found)
                self.tree.seen[path] = (signature(found), state)
                return {"path": path, "state": state, "bytes": 0}, b""
            content = b"".join(read_parts(path))
            if signature(look(path)) == signature(found):
                break
        state = self.tree.file_state(path, found, digest([content]))
        self.tree.seen[path] = (signature(found), state)
        return {"path": path, "state": state, "bytes": len(content), "mode": stat.S_IMODE(found.st_mode)}, content


if __name__ == "__main__":
    Agent().run()
