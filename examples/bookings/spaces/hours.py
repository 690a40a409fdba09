"""The hours of a day that can be booked, and which of them are taken."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.cache import cache
from django.utils import timezone

OPENS, CLOSES = 8, 20
HOURS = range(OPENS, CLOSES)
DAYS_AHEAD = 60
CACHE_SECONDS = 60


@dataclass(frozen=True)
class Hour:
    """One hour of one space; `number` 8 is from eight to nine."""

    number: int
    is_free: bool


def moment(day, hour):
    """The beginning of an hour in the house's own time."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def days(first, count=7):
    return [first + timedelta(days=offset) for offset in range(count)]


def last_day():
    return timezone.localdate() + timedelta(days=DAYS_AHEAD)


def taken_hours(day):
    """Id of each space with bookings that day → its taken hours. Kept in the cache."""
    return cache.get_or_set(cache_key(day), lambda: read_taken_hours(day), CACHE_SECONDS)


def forget_taken_hours(day):
    cache.delete(cache_key(day))


def day_plan(space, day):
    taken = taken_hours(day).get(space.pk, set())
    now = timezone.now()
    return [
        Hour(hour, is_free=hour not in taken and moment(day, hour) > now) for hour in HOURS
    ]


def read_taken_hours(day):
    from bookings.models import Booking

    taken = {}
    held = Booking.objects.holding().filter(
        starts_at__lt=moment(day, CLOSES), ends_at__gt=moment(day, OPENS)
    )
    for space, starts_at, ends_at in held.values_list("space_id", "starts_at", "ends_at"):
        first, end = timezone.localtime(starts_at).hour, timezone.localtime(ends_at).hour
        taken.setdefault(space, set()).update(range(first, end))
    return taken


def cache_key(day):
    return f"taken:{day:%Y-%m-%d}"
