"""Messages between the zygote, its layers and their leaves, over one socket pair a layer."""

import json
import os
import socket
import struct

HEADER = struct.Struct("!I?")
PIECE = 60000


def pair():
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(channel, message):
    """In pieces, because a packet has a limit; the sender's pid keeps those of two apart."""
    data = json.dumps(message).encode("ascii")
    pid = os.getpid()
    while True:
        piece, data = data[:PIECE], data[PIECE:]
        channel.sendall(HEADER.pack(pid, bool(data)) + piece)
        if not data:
            return


class Receiver:
    def __init__(self, channel):
        self.channel = channel
        self.rests = {}

    def receive(self):
        """A message; None for less than one. Raises EOFError when all senders are gone."""
        try:
            packet = self.channel.recv(HEADER.size + PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except ConnectionError:
            packet = b""
        if not packet:
            raise EOFError
        pid, more = HEADER.unpack_from(packet)
        data = self.rests.pop(pid, b"") + packet[HEADER.size :]
        if more:
            self.rests[pid] = data
            return None
        return json.loads(data.decode("ascii"))
