"""Small things about processes that the zygote, its layers and its leaves share."""

import os
import selectors
import signal
import sys
import threading

# What a server may have set handlers for, or the zygote has.
HANDLED = [
    getattr(signal, "SIG" + name)
    for name in "ABRT HUP QUIT INT TERM USR1 USR2 WINCH CHLD".split()
]


def kill(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass


def handle_by_default():
    """In a fork: its server sets handlers of its own."""
    signal.set_wakeup_fd(-1)
    for number in HANDLED:
        signal.signal(number, signal.SIG_DFL)


def wake_on_signals():
    """A pipe's two ends; the first becomes readable when a signal has come."""
    read, write = os.pipe()
    for end in (read, write):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    return read, write


def drain(fd):
    try:
        while os.read(fd, 512):
            pass
    except BlockingIOError:
        pass


def readable(channel):
    with selectors.PollSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        return bool(selector.select(0))


def reap():
    """Pid and status of children that have ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def describe_end(status):
    if os.WIFSIGNALED(status):
        return "was killed by signal %d" % os.WTERMSIG(status)
    return "ended with exit code %d" % os.WEXITSTATUS(status)


def leftovers():
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            return "the thread “%s”, which was started while the application was loaded" % (
                thread.name
            )
    return None


def release_connections():
    """A database connection must not be shared by two processes."""
    database = sys.modules.get("django.db")
    if database is None:
        return
    try:
        connections = list(database.connections.all())
    except Exception:
        return  # no settings: not a Django application
    for connection in connections:
        connection.close()
        pools = getattr(connection, "_connection_pools", {})
        if connection.alias in pools:
            pools.pop(connection.alias).close()
