"""hypercorn with its asyncio or uvloop worker: the main process becomes the zygote."""

import asyncio

from djdev_reload import pages
from djdev_reload.event_loop import LINGER_SECONDS, choose_loop, stop_accepting
from djdev_reload.notices import note
from djdev_reload.uvicorn import start_again
from djdev_reload.zygote import Zygote


def patch(module):
    original = module.run

    def run(config):
        reason = unsupported(config)
        if reason is not None:
            note("plain", "hypercorn is restarted at each edit, because %s." % reason)
            return original(config)
        if config.workers > 1:
            note("workers", "One hypercorn worker instead of %d: two would mix old and new code."
                 % config.workers)
        config.workers = 0  # none but this process
        config.worker_class = choose_loop(config.worker_class)
        sockets = config.create_sockets()
        for listener in sockets.secure_sockets + sockets.insecure_sockets:
            # From now on connections are not refused, whether anybody serves or not.
            listener.listen(config.backlog)
        config.create_sockets = lambda: sockets
        serve(config, Zygote(Hypercorn(config)).run(), sockets)
        return original(config)

    module.run = run


def unsupported(config):
    if config.worker_class not in ("asyncio", "uvloop"):
        return "its worker class is %s" % config.worker_class
    if config.use_reloader:
        return "it watches files itself (--reload)"
    if config.quic_bind:
        return "it serves QUIC, which cannot wait for new code"
    return None


def serve(config, leaf, sockets):
    from hypercorn.asyncio import run as worker

    worker.load_application = wrapping(worker.load_application, leaf)
    worker.raise_shutdown = lingering(worker.raise_shutdown)
    leaf.pauses.append(lambda: setattr(config, "graceful_timeout", None))
    announce(leaf, len(sockets.secure_sockets + sockets.insecure_sockets))


def wrapping(load, leaf):
    """The application that answers with the traceback while the project's cannot be loaded."""

    def load_application(path, *arguments):
        from hypercorn.app_wrappers import ASGIWrapper

        if leaf.broken:
            return ASGIWrapper(pages.wrap_asgi(None, leaf))
        wrapper = load(path, *arguments)
        wrap = pages.wrap_asgi if isinstance(wrapper, ASGIWrapper) else pages.wrap_wsgi
        wrapper.app = wrap(wrapper.app, leaf)
        return wrapper

    return load_application


def lingering(raise_shutdown):
    async def late_shutdown(trigger):
        async def wait():
            await trigger()
            await asyncio.sleep(LINGER_SECONDS)

        await raise_shutdown(wait)

    return late_shutdown


def announce(leaf, count):
    """The leaf is ready when all sockets are served."""
    original = asyncio.start_server
    servers = []

    async def start_server(*arguments, **options):
        server = await original(*arguments, **options)
        servers.append(server)
        if len(servers) == count:
            loop = asyncio.get_running_loop()
            leaf.stops.append(lambda: stop_accepting(loop, servers))
            leaf.ready()
        return server

    asyncio.start_server = start_server


class Hypercorn:
    """The server as the zygote sees it."""

    name = "hypercorn"
    holds = True
    has_pages = True

    def __init__(self, config):
        self.config = config
        self.grace_seconds = config.graceful_timeout + 2

    def load(self):
        from hypercorn.utils import load_application

        load_application(self.config.application_path, self.config.wsgi_max_body_size)

    def beat(self):
        pass

    def parent_is_gone(self):
        return False

    def configuration(self):
        return None

    def restart(self, zygote):
        start_again(zygote)
