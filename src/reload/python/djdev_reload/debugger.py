"""breakpoint() in a server: a pdb on a socket, which `djdev attach` joins with a terminal.

PYTHONBREAKPOINT names `stop`. While a request is held here, another leaf serves the others: the
zygote is told, and neither it nor the server's own timeout ends this process before its time.
"""

import os
import pdb
import socket
import sys
import threading

from djdev_reload import leaf, pages
from djdev_reload.notices import STATE

# A breakpoint that nobody comes to: the request goes on as if it were not there.
PATIENCE_SECONDS = 900.0


def stop(*_, **__):
    """What breakpoint() calls."""
    frame = sys._getframe(1)
    if is_terminal():
        pdb.Pdb().set_trace(frame)
        return
    session = current_session()
    if session is None:
        session = Session.open(frame)
    if session is not None:
        session.pdb.set_trace(frame)


def is_terminal():
    try:
        return sys.__stdin__ is not None and sys.__stdin__.isatty() and sys.__stdout__.isatty()
    except ValueError:
        return False


def current_session():
    """A second breakpoint() of a request goes on with the terminal that the first one has."""
    sessions = [session for session in pages.sessions.get() or () if session.is_open]
    return sessions[-1] if sessions else None


class Session:
    """A terminal at the other end of a socket, for one request."""

    @classmethod
    def open(cls, frame):
        """None when nobody came."""
        where = "%s:%d" % (frame.f_code.co_filename, frame.f_lineno)
        tell(where + " waits in a breakpoint(): djdev attach")
        leaf.pause()
        link = wait_for_terminal()
        if link is None:
            tell(where + " goes on: nobody came to its breakpoint().")
            leaf.resume()
            return None
        session = cls(link)
        if pages.sessions.get() is not None:
            pages.sessions.get().append(session)
        return session

    def __init__(self, link):
        self.link = link
        self.file = link.makefile("rw", encoding="utf-8", errors="replace", newline="\n")
        self.pdb = SocketPdb(self)
        self.is_open = True

    def end(self):
        if not self.is_open:
            return
        self.is_open = False
        for close in (self.file.close, lambda: self.link.shutdown(socket.SHUT_RDWR),
                      self.link.close):
            try:
                close()
            except OSError:
                pass  # the terminal is gone
        leaf.resume()


class SocketPdb(pdb.Pdb):
    def __init__(self, session):
        super().__init__(stdin=session.file, stdout=Lenient(session.file), nosigint=True)
        self.session = session
        self.prompt = "(Pdb) "

    def set_continue(self):
        super().set_continue()
        if not self.get_all_breaks():
            self.session.end()

    def do_EOF(self, argument):
        """The terminal went away: the request goes on."""
        self.clear_all_breaks()
        self.set_continue()
        return 1

    def do_quit(self, argument):
        """Ends the request with BdbQuit."""
        self.set_quit()
        self.session.end()
        return 1

    do_q = do_exit = do_quit


class Lenient:
    """What is written to a terminal that has gone away is lost, and no error of the request."""

    def __init__(self, file):
        self.file = file
        self.encoding = "utf-8"

    def write(self, text):
        try:
            return self.file.write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self):
        try:
            self.file.flush()
        except (OSError, ValueError):
            pass

    def isatty(self):
        return False


def wait_for_terminal():
    """A connection of `djdev attach`, or None."""
    path = os.path.join(STATE, "debug-%d-%d.sock" % (os.getpid(), threading.get_ident()))
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(path)
            os.chmod(path, 0o666)
            listener.listen(1)
            listener.settimeout(PATIENCE_SECONDS)
            link, _ = listener.accept()
            link.settimeout(None)
            return link
    except OSError:
        return None
    finally:
        try:
            os.unlink(path)
        except OSError:
            pass


def tell(text):
    """To the log at once: sys.stderr may be buffered, or the application's."""
    os.write(2, ("djdev: %s\n" % text).encode("utf-8", "replace"))
