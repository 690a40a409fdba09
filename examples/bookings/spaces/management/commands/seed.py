from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from bookings.models import Booking
from spaces.hours import forget_taken_hours, moment
from spaces.models import Space

SPACES = [
    ("Window desk", "desk", 1, "Second floor, east", 1, "Morning sun, a lamp, and the plane trees."),
    ("Corner desk", "desk", 1, "Second floor, north", 2, "Two screens and a wall to think at."),
    ("Standing desk", "desk", 1, "First floor, stairs", 3, "For calls on your feet."),
    ("The Library", "room", 6, "First floor, west", 4, "Six chairs, four thousand books, no phones."),
    ("Greenhouse", "room", 10, "Roof", 5, "Glass, ferns and a long table. Bring a jumper."),
    ("The Nook", "room", 3, "Ground floor", 6, "A round table under the arch."),
]
# Space, days from today, first hour, end.
BOOKINGS = [
    (0, 0, 9, 12), (0, 1, 14, 18), (1, 0, 10, 11), (1, 1, 8, 10), (2, 0, 13, 15),
    (3, 0, 9, 11), (3, 0, 15, 17), (3, 1, 10, 16), (4, 0, 12, 14), (4, 2, 9, 18), (5, 0, 8, 9),
]  # fmt: skip
NAMES = ["Ines", "Tomé", "Alba", "Rui", "Noa"]


class Command(BaseCommand):
    help = "Six spaces and some bookings of the next days. Safe to repeat."

    @transaction.atomic
    def handle(self, **_):
        spaces = [self.make_space(*values) for values in SPACES]
        made = sum(
            self.make_booking(spaces[space], days, starts, ends, NAMES[number % len(NAMES)])
            for number, (space, days, starts, ends) in enumerate(BOOKINGS)
        )
        self.stdout.write(f"{len(spaces)} spaces, {made} new bookings.")

    def make_space(self, name, kind, seats, place, tone, description):
        slug = name.lower().removeprefix("the ").replace(" ", "-")
        values = {
            "name": name,
            "kind": kind,
            "seats": seats,
            "place": place,
            "tone": tone,
            "description": description,
        }
        return Space.objects.get_or_create(slug=slug, defaults=values)[0]

    def make_booking(self, space, days, starts, ends, name):
        day = timezone.localdate() + timedelta(days=days)
        values = {"starts_at": moment(day, starts), "ends_at": moment(day, ends)}
        overlapping = Booking.objects.holding().filter(
            space=space, starts_at__lt=values["ends_at"], ends_at__gt=values["starts_at"]
        )
        if overlapping.exists():
            return False
        email = f"{name.lower()}@example.com".replace("é", "e")
        Booking.objects.create(
            space=space, name=name, email=email, status=Booking.Status.CONFIRMED, **values
        )
        transaction.on_commit(lambda: forget_taken_hours(day))
        return True
