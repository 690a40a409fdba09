"""Relays lines between this process's stdin and stdout and the reload socket, across restarts.

Sent with `python3 -c`; ends with its stdin. {"type": "lost"} is its own word for a socket that
was closed: the server's processes start anew.
"""

import os
import select
import socket
import sys

PATH = sys.argv[1]


def main():
    write(b'{"type": "started"}\n')
    while True:
        link = connect()
        poll = select.poll()
        poll.register(0, select.POLLIN)
        poll.register(link, select.POLLIN)
        try:
            relay(link, poll)
        except ConnectionError:
            link.close()
            write(b'{"type": "lost"}\n')


def relay(link, poll):
    while True:
        for fd, _ in poll.poll():
            if fd == 0:
                link.sendall(read_requests())
                continue
            data = link.recv(65536)
            if not data:
                raise ConnectionError
            write(data)


def connect():
    while True:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.connect(PATH)
            return link
        except OSError:
            link.close()
        # The end of stdin ends us here too; what has been asked stays in the pipe.
        poll = select.poll()
        poll.register(0, select.POLLHUP | select.POLLERR)
        if poll.poll(5):
            sys.exit(0)


def read_requests():
    data = os.read(0, 65536)
    if not data:
        sys.exit(0)
    return data


def write(data):
    while data:
        data = data[os.write(1, data) :]


main()
