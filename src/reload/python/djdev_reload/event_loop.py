"""What servers on asyncio have in common when they stop to make room for new code."""

import asyncio

# Servers close connections without a request at once. One that was accepted just before the end
# may have its request on the way.
LINGER_SECONDS = 0.3


def stop_accepting(loop, servers):
    for listening in servers:
        if isinstance(loop, asyncio.SelectorEventLoop):
            # Not closed yet: asyncio drops connections that it is just accepting for a closed one.
            for sock in listening.sockets:
                loop.remove_reader(sock.fileno())
        else:
            listening.close()
