"""A warm Python inside the production image: imports Django once, then forks a child per request.

Started as `python3 -u -c <this text>` in the image's working directory, as the image's user, with
the production environment. Nothing of it is installed in the image.

Requests come as JSON lines on stdin, answers go as JSON lines to stdout; the end of stdin ends
the runner and all its children. Python 3.8 is the oldest that understands this file.

  in   {"type": "run", "id": 1, "argv": ["migrate"], "manage": null, "probe": null, "options": {}}
       {"type": "cancel", "id": 1}
  out  {"type": "ready", "python": "3.13.5", "django": "5.2.1", "manage": "/app/manage.py", ...}
       {"type": "line", "id": 1, "stream": "stdout", "text": "..."}
       {"type": "event", "id": 1, "event": {...}}
       {"type": "exit", "id": 1, "code": 0, "signal": null}

A child runs the project's own manage.py in this interpreter, as `python manage.py ...` would.
A probe is Python source with `install(emit)`, run before manage.py, or with `main(emit, argv)`,
run instead of it; it finds the request's `options` as a global. What user code prints goes through a pipe of the child and is framed here, so
it cannot be mistaken for an answer.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import sys
import sysconfig

# What nearly every Django process imports and what needs no settings. Project code and
# third-party apps are left out: some of them read settings, or start threads, when imported.
WARM_MODULES = """
django.apps django.conf django.core.checks django.core.checks.messages django.core.mail
django.core.management django.core.management.base django.core.management.color
django.core.management.commands.check django.core.management.commands.makemigrations
django.core.management.commands.migrate django.core.management.sql
django.core.serializers django.core.validators django.core.paginator django.core.signing
django.core.cache django.core.files.storage django.core.handlers.wsgi django.core.handlers.asgi
django.db django.db.models django.db.backends.postgresql.base django.db.backends.sqlite3.base
django.db.migrations.autodetector django.db.migrations.executor django.db.migrations.loader
django.db.migrations.questioner django.db.migrations.writer
django.forms django.http django.middleware.common django.middleware.csrf
django.middleware.security django.template django.template.backends.django
django.template.loader_tags django.template.defaulttags django.template.defaultfilters
django.templatetags.static django.test.signals django.urls django.utils.autoreload
django.utils.log django.utils.module_loading django.utils.translation.trans_real
django.views.csrf django.views.debug django.views.defaults django.views.generic
django.views.static django.contrib.admin.apps django.contrib.admin.checks
django.contrib.admin.sites django.contrib.auth.apps django.contrib.auth.checks
django.contrib.auth.hashers django.contrib.auth.password_validation
django.contrib.contenttypes.apps django.contrib.contenttypes.checks
django.contrib.messages.apps django.contrib.messages.context_processors
django.contrib.messages.middleware django.contrib.sessions.apps
django.contrib.sessions.middleware django.contrib.staticfiles.apps
django.contrib.staticfiles.finders django.contrib.staticfiles.storage
django.contrib.staticfiles.management.commands.collectstatic
logging.config email.mime.text ssl
""".split()

# Where an interpreter with Django lies when the one on PATH has none.
INTERPRETERS = [".venv/bin/python", "venv/bin/python", "../.venv/bin/python",
                "/.venv/bin/python", "/venv/bin/python", "/opt/venv/bin/python",
                "/opt/.venv/bin/python"]


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


def import_django():
    """The version of Django, with WARM_MODULES imported; None when there is no Django."""
    settings = os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        import django
    except ImportError:
        return None
    else:
        for name in WARM_MODULES:
            try:
                importlib.import_module(name)
            except Exception:
                pass  # another version of Django, or a driver that is not installed
        return django.get_version()
    finally:
        if settings is not None:
            os.environ["DJANGO_SETTINGS_MODULE"] = settings


def use_other_interpreter(requests, answers):
    """Becomes an interpreter that is not on PATH, as in `CMD [".venv/bin/gunicorn", ...]`."""
    if os.environ.get("DJDEV_RUNNER_MOVED"):
        return
    candidates = list(INTERPRETERS)
    if os.environ.get("VIRTUAL_ENV"):
        candidates.insert(0, os.path.join(os.environ["VIRTUAL_ENV"], "bin", "python"))
    for candidate in candidates:
        # Not realpath: a virtual environment's python is a link to the one outside of it.
        path = os.path.abspath(candidate)
        if os.access(path, os.X_OK) and path != sys.executable:
            with open("/proc/self/cmdline", "rb") as line:
                arguments = line.read().split(b"\0")[1:-1]
            os.dup2(requests, 0)
            os.dup2(answers, 1)
            os.environ["DJDEV_RUNNER_MOVED"] = "1"
            os.execv(path, [os.fsencode(path)] + arguments)


def find_manage():
    """The nearest manage.py at or below the working directory, at most two levels down."""
    for level in range(3):
        for directory, names in directories(os.getcwd(), level):
            if "manage.py" in names:
                return os.path.join(directory, "manage.py")
    return None


def directories(top, level):
    try:
        entries = sorted(os.scandir(top), key=lambda entry: entry.name)
    except OSError:
        return
    if level == 0:
        yield top, [entry.name for entry in entries]
        return
    for entry in entries:
        skipped = entry.name.startswith(".") or entry.name in ("node_modules", "venv", "env")
        if not skipped and entry.is_dir(follow_symlinks=False):
            yield from directories(entry.path, level - 1)


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


class Emitter:
    """`emit(type, **data)`: an event of this request, read by djdev and by nobody else."""

    def __init__(self, fd):
        self.fd = fd

    def __call__(self, type, **data):
        line = json.dumps(dict(data, type=type), default=str).encode("ascii") + b"\n"
        while line:
            line = line[os.write(self.fd, line):]

    def error(self, error, **data):
        """The exception with what led to it, each with its frames, outermost first."""
        chain = []
        while error is not None and len(chain) < 8:
            chain.append(describe_error(error))
            hidden = error.__suppress_context__
            error = error.__cause__ or (None if hidden else error.__context__)
        self("error", errors=chain, **data)


def describe_error(error):
    frames = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        frames.append({
            "file": code.co_filename, "line": step.tb_lineno, "function": code.co_name,
            "own": is_own(code.co_filename),
        })
        step = step.tb_next
    described = {
        "class": type(error).__name__, "module": type(error).__module__,
        "message": str(error), "frames": frames[-40:],
    }
    for attribute in ("name", "sqlstate", "pgcode", "filename", "lineno", "code", "errno"):
        value = getattr(error, attribute, None)
        if isinstance(value, (str, int)):
            described[attribute] = value
    return described


LIBRARIES = tuple({
    os.path.join(path, "") for name, path in sysconfig.get_paths().items()
    if name in ("stdlib", "platstdlib", "purelib", "platlib")
})


def is_own(path):
    """Whether a file is the project's: neither a library, nor the interpreter's, nor ours."""
    foreign = "/site-packages/" in path or "/dist-packages/" in path
    return path.startswith("/") and not foreign and not path.startswith(LIBRARIES)


def run(request, manage, emit):
    """Runs the request in this forked process; the exit code, or what `sys.exit` takes."""
    try:
        probe = load_probe(request.get("probe"), request.get("options"))
        if "install" in probe:
            probe["install"](emit)
        if "main" in probe:
            return probe["main"](emit, request["argv"])
        run_manage(request.get("manage") or manage, request["argv"])
        return 0
    except SystemExit as end:
        if end.code not in (None, 0):
            emit.error(end)
        return end.code
    except BaseException as error:
        emit.error(error)
        shown = error.__traceback__
        while shown is not None and shown.tb_frame.f_code.co_filename in OURS:
            shown = shown.tb_next
        sys.excepthook(type(error), error.with_traceback(shown), shown)
        return 1


OURS = ("<string>", "<djdev probe>", "<frozen runpy>", runpy.__file__)


def load_probe(source, options):
    namespace = {"__name__": "djdev_probe", "is_own": is_own, "options": options or {}}
    if source:
        exec(compile(source, "<djdev probe>", "exec"), namespace)
    return namespace


def run_manage(manage, argv):
    if manage is None:
        sys.path.insert(0, os.getcwd())
        sys.argv = ["django-admin"] + argv
        from django.core.management import execute_from_command_line
        execute_from_command_line(sys.argv)
        return
    manage = os.path.abspath(manage)
    sys.path.insert(0, os.path.dirname(manage))
    sys.argv = [manage] + argv
    runpy.run_path(manage, run_name="__main__")


main()
