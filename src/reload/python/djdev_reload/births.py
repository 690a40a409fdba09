"""How the zygote makes layers: from itself, or from a copy that has come part of the way."""

import os

from djdev_reload import channel as channels
from djdev_reload import layer as layers
from djdev_reload import modules
from djdev_reload.keeper import Seat
from djdev_reload.layer_record import Layer
from djdev_reload.leaf import Leaf
from djdev_reload.processes import flush, handle_by_default


def start_layer(zygote, spare=False):
    """From the beginning. Returns a Leaf in each leaf, and None in the zygote."""
    libraries = zygote.libraries
    names = {"late": libraries.left_to_project(), "known": libraries.learned}
    mine, theirs = channels.pair()
    point, keeper = zygote.checkpoints.expect()
    flush()
    pid = os.fork()
    if pid == 0:
        leave_behind(zygote, mine)
        seat = Seat(theirs, keeper, spare)
        return layers.main(zygote.server, seat, zygote.board, names)
    theirs.close()
    keeper.close()
    record = zygote.family.add(Layer(pid, mine, spare))
    record.checkpoint = point
    if zygote.reloads.attempt is not None:
        zygote.reloads.attempt.layer = record
    return None


def go_on_from(zygote, point):
    """A layer for the attempt that need not load the application from its beginning, if it can."""
    born = None if point is None else zygote.checkpoints.fork(point)
    if born is None:
        return start_layer(zygote)
    zygote.reloads.attempt.layer = zygote.family.add(Layer(*born, spare=False))
    return None


def start_broken(zygote):
    """Answers with the traceback while there is no code that works."""
    mine, theirs = channels.pair()
    flush()
    pid = os.fork()
    if pid == 0:
        leave_behind(zygote, mine)
        return Leaf(theirs, zygote.board, modules.Loaded(), broken=True)
    theirs.close()
    zygote.family.add(Layer(pid, mine, False)).unsafe = "broken"
    return None


def leave_behind(zygote, mine):
    """In a child of the zygote."""
    handle_by_default()
    mine.close()
    for record in zygote.family.layers.values():
        record.channel.close()
    zygote.leave_behind()
