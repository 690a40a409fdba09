"""Joins a terminal with the pdb of a breakpoint() that waits; sent with `python3 -c`.

  wait STATE      prints the path of the first socket that there is; ends with its stdin
  join STATE      joins the oldest one, and then those that wait after it
"""

import os
import select
import socket
import sys

MODE, STATE = sys.argv[1:3]


def main():
    if MODE == "wait":
        poll = select.poll()
        poll.register(0, select.POLLHUP | select.POLLERR)
        while not sockets():
            if poll.poll(50):
                return
        print(sockets()[0], flush=True)
        return
    link = connect()
    if link is None:
        sys.exit("No breakpoint() waits any more.")
    while link is not None:
        try:
            join(link)
        except KeyboardInterrupt:
            link.close()
            sys.exit("\nThe request goes on.")
        link = connect()


def sockets():
    """debug-<pid>-<thread>.sock, the oldest first; one whose process was killed is left behind."""
    names = [name for name in os.listdir(STATE) if name.startswith("debug-")]
    alive = [name for name in names if os.path.exists("/proc/" + name.split("-")[1])]
    return sorted((os.path.join(STATE, name) for name in alive), key=age)


def age(path):
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def connect():
    for path in sockets():
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.connect(path)
            return link
        except OSError:
            link.close()
    return None


def join(link):
    poll = select.poll()
    poll.register(0, select.POLLIN | select.POLLHUP)
    poll.register(link, select.POLLIN | select.POLLHUP)
    while True:
        for fd, _ in poll.poll():
            if fd == link.fileno():
                data = receive(link)
                if not data:
                    return link.close()
                write(data)
                continue
            data = os.read(0, 65536)
            if data:
                send(link, data)
            else:
                poll.unregister(0)
                # pdb reads what has been typed, and then goes on.
                shut(link)


def receive(link):
    try:
        return link.recv(65536)
    except ConnectionError:
        return b""


def send(link, data):
    try:
        link.sendall(data)
    except OSError:
        pass  # its end is read next


def shut(link):
    try:
        link.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def write(data):
    while data:
        data = data[os.write(1, data) :]


main()
