"""The socket on which the host asks for reloads: JSON lines both ways, many clients.

  in   {"type": "reload", "id": 1, "paths": ["/app/catalog/views.py"]}
       {"type": "renew", "id": 1}                        a new leaf without an edit
  out  {"type": "hello", "server": "gunicorn", "serving": 17, "notices": [...], "failure": null}
       {"type": "reloaded", "id": 1, "kind": "layer", "ms": 18.2, "pid": 23}
       {"type": "failed", "id": 1, "error": {...}, "serves": true}   whether old code serves
       {"type": "restarting", "id": 1}                   the next hello or serving is the answer
       {"type": "serving", "pid": 23}                    without having been asked
"""

import json
import os
import selectors
import socket

from djdev_reload import notices

PATH = os.path.join(notices.STATE, "reload.sock")


class Control:
    def __init__(self, zygote):
        self.zygote = zygote
        self.failure = None
        self.rests = {}  # client -> incomplete line
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        temporary = "%s.%d" % (PATH, os.getpid())
        try:
            self.listener.bind(temporary)
            self.listener.listen(8)
            os.chmod(temporary, 0o666)
            os.rename(temporary, PATH)
        except OSError:
            return  # nobody can ask; the server serves all the same
        zygote.selector.register(self.listener, selectors.EVENT_READ, self.accept)

    def accept(self, listener):
        client, _ = listener.accept()
        self.rests[client] = b""
        self.zygote.selector.register(client, selectors.EVENT_READ, self.read)
        current = self.zygote.family.current
        broken = current is not None and current[0].unsafe == "broken"
        self.send(client, {
            "type": "hello", "server": self.zygote.server.name, "notices": notices.read(),
            "serving": None if current is None or broken else current[1],
            "failure": self.failure})

    def read(self, client):
        try:
            data = client.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            self.forget(client)
            return None
        # What processes have said before the request comes first.
        leaf = self.zygote.family.hear()
        if leaf is not None:
            return leaf
        lines = (self.rests[client] + data).split(b"\n")
        self.rests[client] = lines.pop()
        for line in lines:
            request = json.loads(line.decode("utf-8"))
            reply = (client, request["id"])
            if request["type"] == "renew":
                leaf = self.zygote.reloads.renew(reply)
            else:
                leaf = self.zygote.reloads.ask(request["paths"], reply)
            if leaf is not None:
                return leaf
        return None

    def answer(self, replies, message):
        self.failure = message.get("error")
        for client, number in replies:
            self.send(client, dict(message, id=number))
        self.tell_others(replies, message)

    def tell_others(self, replies, message):
        asked = {client for client, _ in replies}
        for client in list(self.rests):
            if client not in asked:
                self.send(client, message)

    def broadcast(self, message):
        self.answer([], message)

    def send(self, client, message):
        try:
            client.sendall(json.dumps(dict(message, notices=notices.read())).encode("ascii") + b"\n")
        except OSError:
            self.forget(client)

    def forget(self, client):
        if self.rests.pop(client, None) is not None:
            self.zygote.selector.unregister(client)
            client.close()

    def close(self):
        """Without a word to the selector: this may be a child's copy."""
        for client in self.rests:
            client.close()
        self.listener.close()

    def end(self):
        """Nobody is answered here any more: the next zygote has a socket of its own."""
        for client in list(self.rests):
            self.forget(client)
        if self.listener.fileno() >= 0:
            try:
                self.zygote.selector.unregister(self.listener)
            except KeyError:
                pass
            self.listener.close()
