"""The file system as the agent writes it. Part of one program: see agent.py."""

import errno
import os
import stat

TEMPORARY = ".djdev-"
CHUNK = 1 << 20
EXECUTABLE = 0o111


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


def explain(error):
    return {"code": errno.errorcode.get(error.errno or 0, "EIO"), "message": os.strerror(error.errno or 5)}


class Tree:
    """The file system, with a memory of how each path looked when its content was last known."""

    def __init__(self):
        self.seen = {}
        self.newest = {}
        self.counter = 0
        self.owners = {}
        # Executable by the image's doing and not by the host's: a RUN chmod holds for edits too.
        self.made_executable = set()

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
        state = self.file_state(path, found, digest(read_parts(path)))
        self.seen[path] = (signature(found), state)
        return state

    def file_state(self, path, found, content_hash):
        executable = found.st_mode & 0o100 and path not in self.made_executable
        return "file %s %s" % (content_hash, "x" if executable else "-")

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
                    if wanted.endswith("-") and found.st_mode & 0o100:
                        self.made_executable.add(path)
                    differs = size is not None and found.st_size != size
                    current = "file ? -" if differs else self.state(path, found)
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
        if regular is None or op["mode"] & EXECUTABLE:
            self.made_executable.discard(path)
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
                os.fchmod(file, new_mode(op, regular, path in self.made_executable))
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
            try:
                os.unlink(path)
            except FileNotFoundError:
                # Somebody else was quicker.
                pass
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


def new_mode(op, regular, stays_executable):
    """That of the replaced file; the host decides whether it can be executed, unless the image did."""
    if op.get("chmod") is not None:
        return op["chmod"]
    if not regular:
        return op["mode"]
    mode = stat.S_IMODE(regular.st_mode)
    readable = (mode & 0o444) >> 2
    if op["mode"] & EXECUTABLE:
        return mode | readable
    return mode if stays_executable else mode & ~EXECUTABLE


def remove_directory(path):
    """An empty one, or one in which nothing but bytecode is left."""
    cache = os.path.join(path, "__pycache__")
    if set(os.listdir(path)) == {"__pycache__"} and all(name.endswith(".pyc") for name in os.listdir(cache)):
        for name in os.listdir(cache):
            os.unlink(os.path.join(cache, name))
        os.rmdir(cache)
    os.rmdir(path)
