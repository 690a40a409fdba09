"""Owns a published port and hands each connection on to the container that serves at the moment.

argv: port, name of the container. The name is looked up anew every second, when nothing answers
there, and when somebody asks for it on the control socket:

  switch   to the container that has the name now; answered when the others are left
  hold     connections wait; answered when none is open
  release  the end of that

A connection that finds nobody waits: for a container that boots, and for one that is about to be
started again. One that asks for something without a body, and is cut before it has been answered a
byte, asks again: a server that ends cuts what it has not accepted yet.
"""

import os
import select
import signal
import socket
import sys
import threading
import time

CONTROL = "\0djdev-gate"
LOOKUP_SECONDS = 1.0
# The name stands for a container that runs: its server will listen soon.
BOOT_SECONDS = 20.0
# It served before djdev started it again, so it will.
RESTART_SECONDS = 60.0
# No such name: a container that is started again has it back by then.
ABSENT_SECONDS = 4.0
DRAIN_SECONDS = 2.0
HOLD_SECONDS = 30.0
SILENCE_SECONDS = 300.0
# A longer question is handed on as it comes, and not asked again.
QUESTION_BYTES = 65536
REPEATABLE = (b"GET ", b"HEAD ", b"OPTIONS ")
TRIES = 5
NOBODY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Retry-After: 2\r\nConnection: close\r\n\r\n"
    b"Nothing answers here: the process does not run, or does not listen on its port.\n"
    b"djdev logs shows why, djdev up starts it.\n"
)


class Way:
    """Where connections are led, and how many are open to each address."""

    def __init__(self, port, name):
        self.port, self.name = port, name
        self.address, self.looked_up = None, 0.0
        self.open, self.lock = {}, threading.Condition()
        self.held_until, self.restarted_at = 0.0, -RESTART_SECONDS

    def look_up(self):
        try:
            self.address = socket.gethostbyname(self.name)
        except OSError:
            self.address = None
        self.looked_up = time.monotonic()

    def enter(self, fresh):
        """The address to connect to, counted as open; None while there is none."""
        with self.lock:
            if fresh or time.monotonic() - self.looked_up > LOOKUP_SECONDS:
                self.look_up()
            if self.address is not None:
                self.open[self.address] = self.open.get(self.address, 0) + 1
            return self.address

    def leave(self, address):
        with self.lock:
            self.open[address] -= 1
            self.lock.notify_all()

    def switch(self):
        """Leads to the container that has the name now; returns when the others are left."""
        with self.lock:
            self.look_up()
            here = self.address
            self.lock.wait_for(
                lambda: not any(n for at, n in self.open.items() if at != here), DRAIN_SECONDS
            )

    def hold(self):
        """No connection begins before `release`; returns when none is open."""
        with self.lock:
            self.held_until = time.monotonic() + HOLD_SECONDS
            self.lock.wait_for(lambda: not any(self.open.values()), DRAIN_SECONDS)

    def release(self):
        with self.lock:
            self.held_until, self.restarted_at = 0.0, time.monotonic()
            self.look_up()
            self.lock.notify_all()

    def wait(self):
        with self.lock:
            while time.monotonic() < self.held_until:
                self.lock.wait(self.held_until - time.monotonic())

    def connect(self):
        self.wait()
        started, fresh = time.monotonic(), False
        while True:
            address = self.enter(fresh)
            if address is not None:
                try:
                    return address, socket.create_connection((address, self.port), 5)
                except OSError:
                    self.leave(address)
            patience = ABSENT_SECONDS if address is None else BOOT_SECONDS
            until = max(started + patience, self.restarted_at + RESTART_SECONDS)
            if time.monotonic() > until:
                return None, None
            time.sleep(0.02)
            fresh = True


def pump(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One side is gone, so the other has nobody to talk to.
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def serve(way, client):
    with client:
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # Who says nothing keeps no server busy: browsers open connections ahead.
            client.settimeout(SILENCE_SECONDS)
            question = client.recv(QUESTION_BYTES)
            client.settimeout(None)
            tries = TRIES if question else 0
            while tries and not lead(way, client, question):
                tries = tries - 1 if is_repeatable(question) else 0
        except OSError:
            pass  # the client is gone


def is_repeatable(question):
    """One whole request without a body, whose repetition changes nothing."""
    return question.startswith(REPEATABLE) and question.find(b"\r\n\r\n") == len(question) - 4


def lead(way, client, question):
    """Whether there was an answer, or none can come any more."""
    address, server = way.connect()
    if server is None:
        client.sendall(NOBODY)
        return True
    try:
        with server:
            server.settimeout(None)
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                server.sendall(question)
                answer = first_answer(client, server)
            except OSError:
                answer = b""
            if not answer:
                return False
            if answer is not NO_ANSWER_YET:
                client.sendall(answer)
            exchange(client, server)
            return True
    finally:
        way.leave(address)


# The client has more to say before it hears something.
NO_ANSWER_YET = object()


def first_answer(client, server):
    """The first bytes; none when the server ends the connection."""
    if client in select.select([client, server], [], [])[0]:
        return NO_ANSWER_YET
    return server.recv(65536)


def exchange(client, server):
    there = threading.Thread(target=pump, args=(client, server), daemon=True)
    there.start()
    pump(server, client)
    there.join()


def control(way):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(CONTROL)
    listener.listen(4)
    while True:
        asker = listener.accept()[0]
        threading.Thread(target=obey, args=(way, asker), daemon=True).start()


def obey(way, asker):
    with asker:
        try:
            {"hold": way.hold, "release": way.release}.get(asker.recv(16).decode("ascii"), way.switch)()
            asker.sendall(b"done\n")
        except OSError:
            pass


def main():
    # PID 1 ignores every signal that it has no handler for.
    for name in ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP"):
        signal.signal(getattr(signal, name), lambda *_: os._exit(0))
    threading.stack_size(256 * 1024)
    way = Way(int(sys.argv[1]), sys.argv[2])
    threading.Thread(target=control, args=(way,), daemon=True).start()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", way.port))
    listener.listen(1024)
    while True:
        try:
            client = listener.accept()[0]
            threading.Thread(target=serve, args=(way, client), daemon=True).start()
        except (OSError, RuntimeError):
            time.sleep(0.05)  # no more files or threads: others go on, and end


main()
