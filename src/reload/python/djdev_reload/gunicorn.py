"""gunicorn: the worker that its arbiter starts becomes the zygote, and a leaf of it serves."""

import os

from djdev_reload import pages
from djdev_reload.event_loop import choose_loop, stop_accepting
from djdev_reload.modules import purge_project
from djdev_reload.notices import note
from djdev_reload.zygote import Zygote

# Each of these patches the standard library after the fork, before it loads the application.
UNLAYERED = ("gevent", "eventlet", "tornado")


def patch(module):
    arbiter_class = module.Arbiter
    original_setup = arbiter_class.setup
    original_reload = arbiter_class.reload

    def setup(self, app):
        reason = unsupported(app.cfg)
        if reason is not None:
            note("plain", "gunicorn reloads by SIGHUP alone, because %s." % reason)
            return original_setup(self, app)
        hook = tune(app.cfg)
        original_setup(self, app)
        self.worker_class = layered(self.worker_class, self, hook)

    def reload(self):
        # The configuration file imports project modules: it is to see them as they are now.
        purge_project()
        return original_reload(self)

    arbiter_class.setup = setup
    arbiter_class.reload = reload


def unsupported(cfg):
    if cfg.uid != os.geteuid() or cfg.gid != os.getegid():
        return "its workers change their user"
    name = str(cfg.worker_class_str)
    if name.startswith(UNLAYERED):
        return "its worker class is %s" % name
    return None


def tune(cfg):
    """What differs from production, said once; returns the project's own post_fork."""
    if cfg.workers > 1:
        note("workers", "One gunicorn worker instead of %d: two would mix old and new code."
             % cfg.workers)
        cfg.set("workers", 1)
    if cfg.preload_app:
        note("preload", "gunicorn's preload_app is off: the application is loaded before the "
             "fork all the same, but can be loaded again.")
        cfg.set("preload_app", False)
    if cfg.reload:
        cfg.set("reload", False)
    if "asgi_loop" in cfg.settings and str(cfg.worker_class_str) == "asgi":
        cfg.set("asgi_loop", choose_loop(cfg.asgi_loop))
    # A kept-alive connection would be answered by the old code.
    cfg.set("keepalive", 0)
    hook = cfg.post_fork
    cfg.set("post_fork", lambda server, worker: None)
    return hook


def layered(worker_class, arbiter, post_fork):
    class Layered(worker_class):
        def init_process(self):
            self.leaf = Zygote(Gunicorn(self)).run()
            self.pid = os.getpid()
            self.ppid = os.getppid()
            arbiter.log = Quiet(arbiter.log)
            if is_uvicorn(worker_class):
                self.config.loop = choose_loop(self.config.loop)
            try:
                post_fork(arbiter, self)
                super().init_process()
            except Exception as error:
                if self.booted:
                    raise
                self.leaf.fail(error)

        def load_wsgi(self):
            if self.leaf.broken:
                self.wsgi = None
            else:
                super().load_wsgi()
            if is_own_asgi(worker_class):
                self.asgi = pages.wrap_asgi(None if self.leaf.broken else self.asgi, self.leaf)
            elif is_uvicorn(worker_class):
                self.wsgi = pages.wrap_asgi(self.wsgi, self.leaf)
            else:
                self.wsgi = pages.wrap_wsgi(self.wsgi, self.leaf)

        def run(self):
            if is_uvicorn(worker_class):
                announce_uvicorn(self.leaf)
            else:
                if is_own_asgi(worker_class):
                    self.leaf.stops.append(lambda: stop_accepting(self.loop, self.servers))
                self.leaf.ready()
            super().run()

        def accept(self, *arguments):
            # An event that was there before the signal must not be taken by the old code.
            if self.alive:
                super().accept(*arguments)

    Layered.__name__ = worker_class.__name__
    return Layered


class Quiet:
    """The arbiter's log in a leaf: that an old leaf ends is no news, it happens at each edit."""

    def __init__(self, log):
        self.log = log

    def __getattr__(self, name):
        return getattr(self.log, name)

    def info(self, message, *arguments, **options):
        if not message.startswith("Worker exiting"):
            self.log.info(message, *arguments, **options)


def is_own_asgi(worker_class):
    """gunicorn's `asgi`, since 24."""
    return has_base(worker_class, "ASGIWorker")


def is_uvicorn(worker_class):
    return has_base(worker_class, "UvicornWorker")


def has_base(worker_class, name):
    return any(base.__name__ == name for base in worker_class.__mro__)


def announce_uvicorn(leaf):
    """The worker makes its own uvicorn server, which is ready later than the worker."""
    from uvicorn.server import Server

    from djdev_reload.uvicorn import announce

    original = Server.__init__

    def init(self, *arguments, **options):
        original(self, *arguments, **options)
        announce(self, leaf)

    Server.__init__ = init


class Gunicorn:
    """The server as the zygote sees it."""

    name = "gunicorn"
    holds = True
    has_pages = True

    def __init__(self, worker):
        self.worker = worker
        self.grace_seconds = worker.cfg.graceful_timeout

    def load(self):
        self.worker.app.callable = None
        self.worker.app.wsgi()

    def beat(self):
        self.worker.notify()

    def parent_is_gone(self):
        return os.getppid() != self.worker.ppid

    def configuration(self):
        """The file the arbiter reads its configuration from, or None."""
        path = self.worker.cfg.config
        if not path or path.startswith("python:"):
            return None
        path = os.path.realpath(path[5:] if path.startswith("file:") else path)
        return path if os.path.exists(path) else None

    def restart(self, zygote):
        """The arbiter reads its configuration again and starts another zygote."""
        import signal

        os.kill(self.worker.ppid, signal.SIGHUP)
