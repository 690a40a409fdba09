"""What can be done with a booking. Mails are sent by tasks, once the change is safe."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from spaces.hours import forget_taken_hours, moment

from . import tasks
from .models import Booking


class SpaceTaken(Exception):
    """Somebody else has booked at least one of these hours."""


def book(space, *, day, starts, ends, name, email, link):
    """Holds a space until somebody confirms. `link` makes an absolute URL of a path."""
    booking = Booking(
        space=space,
        name=name,
        email=email,
        starts_at=moment(day, starts),
        ends_at=moment(day, ends),
    )
    url = link(booking.get_absolute_url())
    try:
        with transaction.atomic():
            booking.save()
            after_commit(booking, lambda: tasks.ask_to_confirm.delay(booking.pk, url))
    except IntegrityError as error:
        if "booking_one_at_a_time" not in str(error):
            raise
        forget_taken_hours(day)
        raise SpaceTaken("Somebody was faster: these hours are taken.") from None
    return booking


def confirm(booking):
    """True if the booking stands now; one that was released or cancelled does not come back."""
    if change(booking, Booking.Status.CONFIRMED, only_from=[Booking.Status.PENDING]):
        after_commit(booking, lambda: tasks.say_confirmed.delay(booking.pk))
    return booking.status == Booking.Status.CONFIRMED


def cancel(booking):
    if change(booking, Booking.Status.CANCELLED, only_from=Booking.HOLDING):
        after_commit(booking)


def change(booking, status, only_from):
    """In one statement, so that two clicks at once count as one."""
    same = Booking.objects.filter(pk=booking.pk)
    changed = same.filter(status__in=only_from).update(status=status)
    booking.refresh_from_db(fields=["status"])
    return changed == 1


def after_commit(booking, send=None):
    """The cache first: if no broker takes the task, what is shown is still right."""
    day = timezone.localtime(booking.starts_at).date()
    transaction.on_commit(lambda: forget_taken_hours(day), robust=True)
    if send:
        transaction.on_commit(send, robust=True)
