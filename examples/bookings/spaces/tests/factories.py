from datetime import timedelta

from django.utils import timezone

from bookings.models import Booking
from spaces.hours import moment
from spaces.models import Space


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def make_space(slug="nook", **values):
    defaults = {"name": slug.title(), "kind": "room", "seats": 3, "place": "Ground floor"}
    return Space.objects.create(slug=slug, **{**defaults, **values})


def make_booking(space, starts=9, ends=11, day=None, **values):
    day = day or tomorrow()
    defaults = {"name": "Ines", "email": "ines@example.com"}
    span = {"starts_at": moment(day, starts), "ends_at": moment(day, ends)}
    return Booking.objects.create(space=space, **{**defaults, **span, **values})
