"""The container's end of the sync: applies what the host sends, tells what others change here.

Frames both ways are two big-endian lengths (header, body), a JSON header, the body. Every request
gets one answer with its number in "re". The host's end is ../agent-connection.ts, the words of a
state ("file <hash> x", "dir", "link <target>") are those of ../path-state.ts. Python 3.8 and later.
"""

import errno
import json
import os
import select
import stat
import struct
import sys
import time

TEMPORARY = ".djdev-"
NEVER_BACK = ("__pycache__", "node_modules", ".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache")
CHUNK = 1 << 20
SYNTAX_SECONDS = 0.05
EXECUTABLE = 0o111


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


def signature(found):
    return found and (found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns)


def look(path):
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def digest(data):
    import base64
    import hashlib

    hasher = hashlib.sha256()
    for part in data:
        hasher.update(part)
    return base64.urlsafe_b64encode(hasher.digest())[:32].decode()


def read_parts(path):
    with open(path, "rb", buffering=0) as file:
        while True:
            part = file.read(CHUNK)
            if not part:
                return
            yield part


def file_state(found, content_hash):
    return "file %s %s" % (content_hash, "x" if found.st_mode & 0o100 else "-")


def explain(error):
    return {"code": errno.errorcode.get(error.errno or 0, "EIO"), "message": os.strerror(error.errno or 5)}


class Tree:
    """The file system, with a memory of how each path looked when its content was last known."""

    def __init__(self):
        self.seen = {}
        self.newest = {}
        self.counter = 0
        self.owners = {}

    def state(self, path, found):
        if found is None:
            return None
        if stat.S_ISDIR(found.st_mode):
            return "dir"
        if stat.S_ISLNK(found.st_mode):
            return "link " + os.readlink(path)
        if not stat.S_ISREG(found.st_mode):
            return "other"
        known = self.seen.get(path)
        if known and known[0] == signature(found):
            return known[1]
        state = file_state(found, digest(read_parts(path)))
        self.seen[path] = (signature(found), state)
        return state

    def remember(self, path, state):
        self.seen[path] = (signature(look(path)), state)

    def is_own(self, path, found):
        known = self.seen.get(path)
        return known is not None and known[0] == signature(found)

    def compare(self, entries):
        different = []
        for path, wanted, size in entries:
            try:
                found = look(path)
                if wanted and wanted.startswith("file") and found and stat.S_ISREG(found.st_mode):
                    current = "file ? -" if found.st_size != size else self.state(path, found)
                else:
                    current = self.state(path, found)
                if current in (None, "dir") or current.startswith("link"):
                    self.seen[path] = (signature(found), current)
            except OSError:
                current = "unreadable"
            if current != wanted:
                different.append([path, current])
        return different

    def owner(self, op, directory):
        """Of a new path: --chown, else the owner of its directory."""
        name = op.get("owner")
        if not name:
            found = os.stat(directory)
            return found.st_uid, found.st_gid
        if name not in self.owners:
            self.owners[name] = resolve_owner(name)
        return self.owners[name]

    def make_parents(self, path, op):
        directory = os.path.dirname(path)
        if os.path.isdir(directory):
            return
        self.make_parents(directory, op)
        found = look(directory)
        if found:
            self.clear(directory, found)
        os.mkdir(directory, 0o755)
        os.chown(directory, *self.owner(op, os.path.dirname(directory)))
        os.chmod(directory, 0o755)
        self.remember(directory, "dir")

    def clear(self, path, found):
        """Makes room for something of another type."""
        if stat.S_ISDIR(found.st_mode):
            remove_directory(path)
        else:
            os.unlink(path)

    def write(self, op, take):
        path = op["path"]
        found = look(path)
        self.make_parents(path, op)
        if found and stat.S_ISDIR(found.st_mode):
            self.clear(path, found)
            found = None
        regular = found if found and stat.S_ISREG(found.st_mode) else None
        directory = os.path.dirname(path)
        self.counter += 1
        temporary = os.path.join(directory, "%s%d-%d.tmp" % (TEMPORARY, os.getpid(), self.counter))
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                for part in take():
                    while part:
                        part = part[os.write(file, part):]
                owner = (regular.st_uid, regular.st_gid) if regular else self.owner(op, directory)
                os.fchown(file, *owner)
                os.fchmod(file, new_mode(op, regular))
                written = os.fstat(file)
                stamp = self.stamp(path, written.st_mtime_ns, found)
                if stamp != written.st_mtime_ns:
                    os.utime(file, ns=(stamp, stamp))
            finally:
                os.close(file)
            os.rename(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        self.newest[path] = stamp
        self.remember(path, op["state"])

    def stamp(self, path, now, found):
        """Pollers and bytecode caches only see a time that has grown, whatever the clock does."""
        before = max(self.newest.get(path, 0), found.st_mtime_ns if found else 0)
        return now if now > before else before + 1_000_000

    def make_link(self, op):
        path = op["path"]
        found = look(path)
        self.make_parents(path, op)
        if found and stat.S_ISDIR(found.st_mode):
            self.clear(path, found)
        directory = os.path.dirname(path)
        self.counter += 1
        temporary = os.path.join(directory, "%s%d-%d.tmp" % (TEMPORARY, os.getpid(), self.counter))
        os.symlink(op["target"], temporary)
        owner = (found.st_uid, found.st_gid) if found else self.owner(op, directory)
        os.lchown(temporary, *owner)
        os.rename(temporary, path)
        self.remember(path, op["state"])

    def make_directory(self, op):
        path = op["path"]
        found = look(path)
        if found is None or not stat.S_ISDIR(found.st_mode):
            if found:
                self.clear(path, found)
            self.make_parents(path, op)
            os.mkdir(path)
            os.chown(path, *self.owner(op, os.path.dirname(path)))
            os.chmod(path, op["mode"])
        self.remember(path, "dir")

    def delete(self, op):
        path = op["path"]
        found = look(path)
        if found and stat.S_ISDIR(found.st_mode):
            try:
                remove_directory(path)
            except OSError as error:
                # What is left in it came from the container and stays.
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY):
                    raise
        elif found:
            os.unlink(path)
            self.newest[path] = found.st_mtime_ns
        self.seen[path] = (None, None)


def resolve_owner(name):
    import grp
    import pwd

    user, _, group = name.partition(":")
    uid = int(user) if user.isdigit() else pwd.getpwnam(user).pw_uid
    if group:
        return uid, int(group) if group.isdigit() else grp.getgrnam(group).gr_gid
    if user.isdigit():
        return uid, uid
    return uid, pwd.getpwnam(user).pw_gid


def new_mode(op, regular):
    """That of the replaced file; the host decides whether it can be executed."""
    if op.get("chmod") is not None:
        return op["chmod"]
    if not regular:
        return op["mode"]
    mode = stat.S_IMODE(regular.st_mode)
    readable = (mode & 0o444) >> 2
    return mode | readable if op["mode"] & EXECUTABLE else mode & ~EXECUTABLE


def remove_directory(path):
    """An empty one, or one in which nothing but bytecode is left."""
    cache = os.path.join(path, "__pycache__")
    if set(os.listdir(path)) == {"__pycache__"} and all(name.endswith(".pyc") for name in os.listdir(cache)):
        for name in os.listdir(cache):
            os.unlink(os.path.join(cache, name))
        os.rmdir(cache)
    os.rmdir(path)


def forget_bytecode(paths):
    """Bytecode is keyed by whole seconds and size, so an edit of the same size would not be seen."""
    listed = {}
    for path in paths:
        directory, name = os.path.split(path)
        cache = os.path.join(directory, "__pycache__")
        if cache not in listed:
            try:
                listed[cache] = os.listdir(cache)
            except OSError:
                listed[cache] = []
        for found in listed[cache]:
            if found.startswith(name[:-2]) and found.endswith(".pyc") and found.count(".") == name.count(".") + 1:
                try:
                    os.unlink(os.path.join(cache, found))
                except OSError:
                    pass


def check_syntax(sources):
    """SyntaxErrors of the new sources, as long as the time for it lasts."""
    import warnings

    problems = []
    end = time.monotonic() + SYNTAX_SECONDS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, source in sources:
            if time.monotonic() > end:
                break
            try:
                compile(source, path, "exec", dont_inherit=True)
            except SyntaxError as error:
                problems.append({"path": path, "line": error.lineno or 1, "message": error.msg})
            except (ValueError, RecursionError, MemoryError, OverflowError) as error:
                problems.append({"path": path, "line": 1, "message": str(error)})
    return problems


class Inotify:
    """What others change in the synced directories."""

    MASK = 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x01000000 | 0x02000000
    CREATED, MOVED_IN, CLOSED, OVERFLOW, GONE, DIRECTORY = 0x100, 0x80, 0x8, 0x4000, 0x8000, 0x40000000

    def __init__(self):
        import ctypes

        self.libc = ctypes.CDLL(None, use_errno=True)
        self.errno = ctypes.get_errno
        self.fd = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0:
            raise OSError(self.errno(), os.strerror(self.errno()))
        self.directories = {}

    def add(self, directory):
        watch = self.libc.inotify_add_watch(self.fd, os.fsencode(directory), self.MASK)
        if watch >= 0:
            self.directories[watch] = directory
        elif self.errno() not in (errno.ENOENT, errno.ENOTDIR):
            return explain(OSError(self.errno(), ""))
        return None

    def changed(self):
        """Paths that may have changed, and whether some may be missing."""
        paths, lost = {}, False
        while True:
            try:
                data = os.read(self.fd, 1 << 16)
            except BlockingIOError:
                return list(paths), lost
            offset = 0
            while offset < len(data):
                watch, mask, _, length = struct.unpack_from("iIII", data, offset)
                name = data[offset + 16:offset + 16 + length].rstrip(b"\0")
                offset += 16 + length
                lost = lost or bool(mask & self.OVERFLOW)
                if mask & self.GONE:
                    self.directories.pop(watch, None)
                directory = self.directories.get(watch)
                if directory is None or not name:
                    continue
                path = os.path.join(directory, os.fsdecode(name))
                if mask & self.DIRECTORY and mask & (self.CREATED | self.MOVED_IN):
                    for found in walk(path, self.add):
                        paths[found] = True
                elif not mask & self.CREATED or os.path.islink(path):
                    if not is_private(path):
                        paths[path] = True

    def close(self):
        os.close(self.fd)


def is_private(path):
    name = os.path.basename(path)
    return name.startswith(TEMPORARY) or name.endswith(".pyc") or name in NEVER_BACK


def walk(top, enter):
    """A new directory and all that is in it already; `enter` is called before looking inside."""
    if is_private(top):
        return
    yield top
    enter(top)
    try:
        entries = list(os.scandir(top))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path, enter)
        elif not is_private(entry.path):
            yield entry.path


def find_directories(roots):
    """Directories below the roots on their own file system; leftovers of a killed agent go."""
    found = []
    for root in roots:
        try:
            device = os.stat(root).st_dev
        except OSError:
            continue
        open_directories = [root]
        while open_directories:
            directory = open_directories.pop()
            try:
                entries = list(os.scandir(directory))
            except OSError:
                continue
            found.append(directory)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in NEVER_BACK and entry.stat(follow_symlinks=False).st_dev == device:
                        open_directories.append(entry.path)
                elif entry.name.startswith(TEMPORARY) and entry.name.endswith(".tmp"):
                    try:
                        os.unlink(entry.path)
                    except OSError:
                        pass
    return found


class Agent:
    def __init__(self):
        self.wire = Wire()
        self.tree = Tree()
        self.inotify = None

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

    def do_directories(self, header, _):
        return {"directories": find_directories(header["roots"])}, b""

    def do_watch(self, _, body):
        directories = json.loads(self.wire.take(body))
        if self.inotify:
            self.inotify.close()
        self.inotify = None
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
        state = file_state(found, digest([content]))
        self.tree.seen[path] = (signature(found), state)
        return {"path": path, "state": state, "bytes": len(content), "mode": stat.S_IMODE(found.st_mode)}, content


if __name__ == "__main__":
    Agent().run()
