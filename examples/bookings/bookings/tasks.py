"""Run by the worker. A task may be run twice, so each looks at the booking first."""

from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from celery.utils.log import get_task_logger
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from spaces.hours import forget_taken_hours

from .models import Booking

logger = get_task_logger(__name__)

HELD_FOR = timedelta(minutes=30)
REMIND_BEFORE = timedelta(hours=24)

mail_task = shared_task(
    autoretry_for=(OSError, SMTPException), retry_backoff=True, retry_jitter=True, max_retries=6
)


@mail_task
def ask_to_confirm(booking_id, url):
    booking = Booking.objects.select_related("space").get(pk=booking_id)
    if booking.status == Booking.Status.PENDING:
        minutes = int(HELD_FOR.total_seconds() // 60)
        write(booking, "confirm", f"Please confirm: {booking}", url=url, minutes=minutes)


@mail_task
def say_confirmed(booking_id):
    booking = Booking.objects.select_related("space").get(pk=booking_id)
    if booking.status == Booking.Status.CONFIRMED:
        write(booking, "confirmed", f"See you there: {booking}")


@shared_task
def release_unconfirmed():
    """Gives back what nobody confirmed in time."""
    late = Booking.objects.filter(
        status=Booking.Status.PENDING, created_at__lt=timezone.now() - HELD_FOR
    )
    for booking in late:
        released = late.filter(pk=booking.pk).update(status=Booking.Status.RELEASED)
        if released:
            forget_taken_hours(timezone.localtime(booking.starts_at).date())
            logger.info("released %s", booking.token)


@shared_task
def remind():
    """Writes once to everybody whose booking begins within a day."""
    now = timezone.now()
    soon = Booking.objects.filter(
        status=Booking.Status.CONFIRMED,
        reminded_at=None,
        starts_at__gt=now,
        starts_at__lt=now + REMIND_BEFORE,
    )
    for pk in list(soon.values_list("pk", flat=True)):
        # Of two beats at once, one marks the booking.
        if soon.filter(pk=pk).update(reminded_at=now):
            send_reminder.delay(pk)


@mail_task
def send_reminder(booking_id):
    booking = Booking.objects.select_related("space").get(pk=booking_id)
    if booking.status == Booking.Status.CONFIRMED:
        write(booking, "reminder", f"Tomorrow is near: {booking}")


def write(booking, template, subject, **more):
    text = render_to_string(f"bookings/email/{template}.txt", {"booking": booking, **more})
    send_mail(subject, text, None, [booking.email])
    logger.info("mailed %s for %s", template, booking.token)
