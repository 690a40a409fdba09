"""What servers on asyncio have in common when they stop to make room for new code."""

import asyncio
import importlib.util

from djdev_reload.notices import note

# Servers close connections without a request at once. One that was accepted just before the end
# may have its request on the way.
LINGER_SECONDS = 0.3


def choose_loop(wanted):
    """`asyncio` in the place of `auto` and `uvloop`.

    uvloop drops a connection that it has just accepted when its server is closed, and there is no
    other way to have it accept no more.
    """
    if wanted == "uvloop" or (wanted == "auto" and importlib.util.find_spec("uvloop") is not None):
        note("uvloop", "asyncio's own event loop instead of uvloop, which would drop connections "
             "when new code is taken.")
    return "asyncio" if wanted in ("auto", "uvloop") else wanted


def stop_accepting(loop, servers):
    for listening in servers:
        if isinstance(loop, asyncio.SelectorEventLoop):
            # Not closed yet: asyncio drops connections that it is just accepting for a closed one.
            for sock in listening.sockets:
                loop.remove_reader(sock.fileno())
        else:
            listening.close()
