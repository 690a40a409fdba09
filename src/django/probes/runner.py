"""A warm Python inside the production image: imports Django once, then forks a child per request.

Started as `python3 -u -c <this text>` in the image's working directory, as the image's user, with
the production environment. Nothing of it is installed in the image.

Requests come as JSON lines on stdin, answers go as JSON lines to stdout; the end of stdin ends
the runner and all its children. Python 3.8 is the oldest that understands this file.

  in   {"type": "run", "id": 1, "argv": ["migrate"], "manage": null, "probe": null, "options": {},
        "environment": {}}
       {"type": "cancel", "id": 1}
  out  {"type": "ready", "python": "3.13.5", "django": "5.2.1", "manage": "/app/manage.py", ...}
       {"type": "line", "id": 1, "stream": "stdout", "text": "..."}
       {"type": "event", "id": 1, "event": {...}}
       {"type": "exit", "id": 1, "code": 0, "signal": null}

A child runs the project's own manage.py in this interpreter, as `python manage.py ...` would.
A probe is Python source with `install(emit)`, run before manage.py, or with `main(emit, argv)`,
run instead of it; it finds the request's `options` as a global. What user code prints goes through a pipe of the child and is framed here, so
it cannot be mistaken for an answer.

The program is this file behind warm.py and child.py, in one text.
"""

import gc
import json
import os
import selectors
import signal
import sys


def main():
    requests = os.dup(0)
    answers = os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    if sys.path and sys.path[0] == "":
        del sys.path[0]
    django = import_django()
    if django is None:
        use_other_interpreter(requests, answers)
    Runner(requests, answers).serve(django)


class Child:
    """A forked process and the three pipes it writes to."""

    def __init__(self, id, pid, pipes):
        self.id = id
        self.pid = pid
        self.pipes = pipes  # file descriptor -> name of the stream
        self.rests = dict.fromkeys(pipes, b"")


class Runner:
    def __init__(self, requests, answers):
        self.requests = requests
        self.answers = answers
        self.pending = b""
        self.children = {}  # pid -> Child
        self.selector = selectors.DefaultSelector()
        self.wake_read, self.wake_write = os.pipe()

    def serve(self, django):
        for end in (self.wake_read, self.wake_write):
            os.set_blocking(end, False)
        # As process 1 nothing would end us on SIGTERM, and nobody else collects dead children.
        signal.signal(signal.SIGTERM, lambda *_: self.leave())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_write, warn_on_full_buffer=False)
        self.selector.register(self.requests, selectors.EVENT_READ, self.read_requests)
        self.selector.register(self.wake_read, selectors.EVENT_READ, self.reap)
        self.manage = find_manage()
        gc.freeze()
        self.answer({
            "type": "ready", "python": "%d.%d.%d" % sys.version_info[:3], "django": django,
            "executable": sys.executable, "manage": self.manage, "directory": os.getcwd(),
            "uid": os.getuid(),
        })
        while True:
            for key, _ in self.selector.select():
                if self.selector.get_map().get(key.fd) is key:
                    key.data(key.fd)

    def answer(self, frame):
        self.write(json.dumps(frame).encode("ascii") + b"\n")

    def write(self, data):
        try:
            while data:
                data = data[os.write(self.answers, data):]
        except OSError:
            self.leave()

    def leave(self):
        for pid in self.children:
            kill_group(pid, signal.SIGKILL)
        os._exit(0)

    def read_requests(self, fd):
        data = os.read(fd, 65536)
        if not data:
            self.leave()
        lines = (self.pending + data).split(b"\n")
        self.pending = lines.pop()
        for line in lines:
            request = json.loads(line.decode("utf-8"))
            if request["type"] == "run":
                self.start(request)
            elif request["type"] == "cancel":
                for child in self.children.values():
                    if child.id == request["id"]:
                        kill_group(child.pid, signal.SIGKILL)

    def start(self, request):
        pairs = {name: os.pipe() for name in ("stdout", "stderr", "event")}
        pid = os.fork()
        if pid == 0:
            self.become_child({name: write for name, (_, write) in pairs.items()}, request)
        for read, write in pairs.values():
            os.close(write)
            os.set_blocking(read, False)
        pipes = {read: name for name, (read, _) in pairs.items()}
        child = self.children[pid] = Child(request["id"], pid, pipes)
        for fd in pipes:
            self.selector.register(fd, selectors.EVENT_READ, lambda fd: self.relay(child, fd))

    def become_child(self, ends, request):
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        self.selector.close()
        for fd in (self.requests, self.answers, self.wake_read, self.wake_write):
            os.close(fd)
        os.dup2(ends["stdout"], 1)
        os.dup2(ends["stderr"], 2)
        os.environ.pop("DJDEV_RUNNER_MOVED", None)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(line_buffering=True, write_through=False)
        # Through SystemExit, so that the interpreter ends as usual: threads, atexit, buffers.
        sys.exit(run(request, self.manage, Emitter(ends["event"])))

    def relay(self, child, fd):
        """Passes on what has arrived; False at the end of the pipe."""
        try:
            data = os.read(fd, 65536)
        except BlockingIOError:
            return False
        name = child.pipes[fd]
        if data:
            lines = (child.rests[fd] + data).split(b"\n")
            child.rests[fd] = lines.pop()
            for line in lines:
                self.send_line(child, name, line)
            return True
        self.selector.unregister(fd)
        os.close(fd)
        rest = child.rests.pop(fd)
        if rest:
            self.send_line(child, name, rest)
        del child.pipes[fd]
        return False

    def send_line(self, child, name, line):
        if name == "event":
            self.write(b'{"type": "event", "id": %d, "event": %s}\n' % (child.id, line))
        else:
            text = line.decode("utf-8", "replace").rstrip("\r")
            self.answer({"type": "line", "id": child.id, "stream": name, "text": text})

    def reap(self, fd):
        try:
            while os.read(fd, 512):
                pass
        except BlockingIOError:
            pass
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self.children.pop(pid, None)
            if child is not None:
                self.end(child, status)

    def end(self, child, status):
        # A grandchild in the background may keep the pipes open: what has arrived counts.
        for fd in list(child.pipes):
            while self.relay(child, fd):
                pass
        for fd, name in list(child.pipes.items()):
            self.selector.unregister(fd)
            os.close(fd)
            if child.rests[fd]:
                self.send_line(child, name, child.rests[fd])
        killed = os.WIFSIGNALED(status)
        self.answer({
            "type": "exit", "id": child.id,
            "code": 128 + os.WTERMSIG(status) if killed else os.WEXITSTATUS(status),
            "signal": os.WTERMSIG(status) if killed else None,
        })


def kill_group(pid, number):
    try:
        os.killpg(pid, number)
    except OSError:
        pass


main()
