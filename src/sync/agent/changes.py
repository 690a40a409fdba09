"""What others change in the container. Part of one program: see agent.py."""

import errno
import os
import struct

NEVER_BACK = ("__pycache__", "node_modules", ".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache")


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


def list_entries(roots, since):
    """Path, kind and size of what lies below the roots, on their own file systems, and has changed."""
    rows = []
    for directory in find_directories(roots):
        try:
            entries = list(os.scandir(directory))
        except OSError:
            continue
        for entry in entries:
            found = entry.stat(follow_symlinks=False)
            if found.st_ctime >= since and not is_private(entry.path):
                is_directory = entry.is_dir(follow_symlinks=False)
                rows.append([entry.path, "dir" if is_directory else "file", found.st_size])
    return rows
