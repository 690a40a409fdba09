import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone

from spaces.models import Space


class Span(Func):
    """From one moment to just before another, so that bookings may touch."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class BookingQuerySet(models.QuerySet):
    def holding(self):
        """Those that keep a space from others."""
        return self.filter(status__in=Booking.HOLDING)


class Booking(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", "Waiting for confirmation"
        CONFIRMED = "confirmed", "Confirmed"
        CANCELLED = "cancelled", "Cancelled"
        RELEASED = "released", "Released, because nobody confirmed it"

    HOLDING = (Status.PENDING, Status.CONFIRMED)

    # Whoever has the link may confirm and cancel, so it cannot be guessed.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="bookings")
    name = models.CharField(max_length=80)
    email = models.EmailField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                name="booking_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            # The database decides who was first, whatever the code believes.
            ExclusionConstraint(
                name="booking_one_at_a_time",
                expressions=[
                    ("space", RangeOperators.EQUAL),
                    (Span("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["pending", "confirmed"]),
            ),
        ]

    def __str__(self):
        return f"{self.space}, {timezone.localtime(self.starts_at):%d %B, %H:%M}"

    def get_absolute_url(self):
        return reverse("bookings:booking", args=[self.token])

    @property
    def is_holding(self):
        return self.status in self.HOLDING
