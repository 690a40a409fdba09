"""uvicorn with one process: it becomes the zygote and holds the listening socket."""

import asyncio
import os
import signal
import sys
import time

from djdev_reload import pages
from djdev_reload.event_loop import LINGER_SECONDS, choose_loop, stop_accepting
from djdev_reload.notices import note
from djdev_reload.zygote import Zygote

# How long a connection may be silent before an old leaf closes it; on a busy machine a client's
# first bytes may be late. Nobody waits for that: the new leaf serves.
SILENCE_SECONDS = 3.0


def patch(module):
    server_class = module.Server
    original = server_class.run

    def run(self, sockets=None):
        if sockets is not None:
            note("plain", "uvicorn is restarted at each edit, because it starts processes itself "
                 "(--workers or --reload).")
            return original(self, sockets)
        self.config.loop = choose_loop(self.config.loop)
        listener = self.config.bind_socket()
        listener.set_inheritable(False)
        # From now on connections are not refused, whether anybody serves or not.
        listener.listen(self.config.backlog)
        leaf = Zygote(Uvicorn(self.config)).run()
        serve(self, leaf)
        return original(self, [listener])

    server_class.run = run


def serve(server, leaf):
    config = server.config
    if leaf.broken:
        config.app = config.loaded_app = pages.wrap_asgi(None, leaf)
        config.interface = "asgi3"
        config.lifespan = "off"
        config.factory = False
        config.load()
    else:
        config.loaded_app = pages.wrap_asgi(config.loaded_app, leaf)
    announce(server, leaf)


def announce(server, leaf):
    """Has the leaf say that it is ready when the server has started."""
    original = server.startup

    async def startup(sockets=None):
        loop = asyncio.get_running_loop()
        await original(sockets=sockets)
        if server.should_exit:
            leaf.fail(RuntimeError("The application's lifespan did not start."))
        leaf.stops.append(lambda: stop_accepting(loop, server.servers))
        leaf.pauses.append(lambda: wait_without_limit(server.config))
        leaf.ready()

    async def shutdown(sockets=None):
        await wait_for_requests(server.server_state.connections)
        await original_shutdown(sockets=sockets)

    original_shutdown = server.shutdown
    server.startup = startup
    server.shutdown = shutdown


async def wait_for_requests(connections):
    """uvicorn would close at once what was accepted just before the end and is still silent."""
    await asyncio.sleep(LINGER_SECONDS)
    end = time.monotonic() + SILENCE_SECONDS
    while time.monotonic() < end and any(
        getattr(connection, "cycle", None) is None for connection in connections
    ):
        await asyncio.sleep(0.02)


def wait_without_limit(config):
    """The end of the process must not cut off a request that a debugger holds."""
    config.timeout_graceful_shutdown = None


class Uvicorn:
    """The server as the zygote sees it."""

    name = "uvicorn"
    holds = True
    has_pages = True

    def __init__(self, config):
        self.config = config
        self.grace_seconds = config.timeout_graceful_shutdown or 10

    def load(self):
        self.config.loaded = False
        self.config.load()

    def beat(self):
        pass

    def parent_is_gone(self):
        return False

    def configuration(self):
        return None

    def restart(self, zygote):
        start_again(zygote)


def start_again(zygote):
    """The process becomes a new one once nothing of it serves any more."""
    zygote.finish = execute
    zygote.stop(signal.SIGTERM)


def execute():
    with open("/proc/self/cmdline", "rb") as line:
        words = line.read().split(b"\0")[:-1]
    os.execv(sys.executable, words)
