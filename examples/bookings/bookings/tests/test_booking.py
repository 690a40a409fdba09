from datetime import timedelta

from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import TestCase, TransactionTestCase
from django.utils import timezone
from kombu.exceptions import OperationalError

from bookings import tasks
from bookings.models import Booking
from bookings.services import after_commit
from config import celery_app
from spaces.tests.factories import make_booking, make_space, tomorrow


def fields(**changed):
    return {
        "day": tomorrow().isoformat(),
        "starts": "9",
        "ends": "11",
        "name": "Ines",
        "email": "ines@example.com",
        **changed,
    }


def run_tasks_at_once(test):
    """No broker and no worker: a task runs where it is sent."""
    celery_app.conf.task_always_eager = True
    test.addCleanup(setattr, celery_app.conf, "task_always_eager", False)


class BookingTests(TestCase):
    def setUp(self):
        cache.clear()
        self.space = make_space()
        run_tasks_at_once(self)

    def post(self, **changed):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post("/spaces/nook/", fields(**changed))

    def test_booking_holds_the_hours_and_asks_by_mail(self):
        response = self.post()

        booking = Booking.objects.get()
        self.assertRedirects(response, booking.get_absolute_url())
        self.assertEqual(booking.status, Booking.Status.PENDING)
        (message,) = mail.outbox
        self.assertEqual(message.to, ["ines@example.com"])
        self.assertIn(f"    http://testserver{booking.get_absolute_url()}\n", message.body)

    def test_who_comes_second_is_told(self):
        make_booking(self.space, 10, 12)

        response = self.post()

        self.assertContains(response, "Somebody was faster", status_code=422)
        self.assertEqual(mail.outbox, [])

    def test_bookings_may_touch_and_cancelled_ones_are_in_nobodys_way(self):
        make_booking(self.space, 11, 12)
        make_booking(self.space, 9, 11, status=Booking.Status.CANCELLED)

        self.assertEqual(self.post().status_code, 302)

    def test_the_database_itself_refuses_two_at_once(self):
        make_booking(self.space, 9, 11)
        with self.assertRaises(IntegrityError), transaction.atomic():
            make_booking(self.space, 10, 12)

    def test_hours_that_make_no_sense(self):
        for changed, text in [
            ({"starts": "11", "ends": "9"}, "The end must be after the beginning."),
            ({"day": "2020-01-01"}, "That hour has begun already."),
            ({"day": "2999-01-01"}, "That is too far ahead."),
            ({"email": "nobody"}, "Enter a valid email address."),
        ]:
            with self.subTest(text):
                self.assertContains(self.post(**changed), text, status_code=422)

    def test_confirming_and_cancelling(self):
        booking = make_booking(self.space)
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"/bookings/{booking.token}/confirm/")
            self.client.post(f"/bookings/{booking.token}/confirm/")
        booking.refresh_from_db()
        self.assertEqual(booking.status, Booking.Status.CONFIRMED)
        self.assertEqual(len(mail.outbox), 1)
        self.assertIn("Nook is yours", mail.outbox[0].body)

        self.client.post(f"/bookings/{booking.token}/cancel/")
        response = self.client.post(f"/bookings/{booking.token}/confirm/", follow=True)
        self.assertContains(response, "Too late")

    def test_the_api_books_too(self):
        with self.captureOnCommitCallbacks(execute=True):
            made = self.client.post(
                "/api/bookings/", fields(space="nook"), content_type="application/json"
            )
        again = self.client.post(
            "/api/bookings/", fields(space="nook"), content_type="application/json"
        )
        broken = self.client.post("/api/bookings/", "[", content_type="application/json")

        self.assertEqual((made.status_code, made.json()["status"]), (201, "pending"))
        self.assertEqual([again.status_code, broken.status_code], [409, 400])


class BrokerTests(TransactionTestCase):
    def test_a_booking_stands_although_no_broker_takes_the_mail(self):
        def refuse():
            raise OperationalError("the broker is gone")

        booking = make_booking(make_space())
        with self.assertLogs("django.db.backends.base", "ERROR"):
            after_commit(booking, refuse)

        self.assertEqual(Booking.objects.count(), 1)


class TaskTests(TestCase):
    def setUp(self):
        cache.clear()
        self.space = make_space()

    def test_the_mail_has_the_link(self):
        booking = make_booking(self.space)
        tasks.ask_to_confirm(booking.pk, "https://alcove.example.com/b/")
        booking.status = Booking.Status.CANCELLED
        booking.save()
        tasks.ask_to_confirm(booking.pk, "https://alcove.example.com/b/")

        (message,) = mail.outbox
        self.assertEqual(message.to, ["ines@example.com"])
        self.assertIn("Please confirm: Nook", message.subject)
        self.assertIn("    https://alcove.example.com/b/\n", message.body)

    def test_unconfirmed_bookings_are_released(self):
        old = timezone.now() - tasks.HELD_FOR
        late = make_booking(self.space, 9, 10, created_at=old)
        fresh = make_booking(self.space, 11, 12)
        kept = make_booking(self.space, 13, 14, created_at=old, status=Booking.Status.CONFIRMED)

        tasks.release_unconfirmed()

        statuses = [Booking.objects.get(pk=one.pk).status for one in (late, fresh, kept)]
        self.assertEqual(statuses, ["released", "pending", "confirmed"])

    def test_everybody_is_reminded_once(self):
        run_tasks_at_once(self)
        soon = timezone.now() + timedelta(hours=3)
        span = {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}
        Booking.objects.create(
            space=self.space, name="Rui", email="rui@example.com", status="confirmed", **span
        )
        make_booking(self.space, day=tomorrow() + timedelta(days=5), status="confirmed")
        tasks.remind()
        tasks.remind()

        self.assertEqual([message.to for message in mail.outbox], [["rui@example.com"]])
