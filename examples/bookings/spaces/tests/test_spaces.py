from io import StringIO

from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.core.management import call_command
from django.test import TestCase

from spaces.hours import HOURS, forget_taken_hours

from .factories import make_booking, make_space, tomorrow


class PageTests(TestCase):
    def setUp(self):
        cache.clear()
        self.space = make_space()

    def test_home_shows_what_is_free_that_day(self):
        make_booking(self.space, 9, 11)

        response = self.client.get("/", {"day": tomorrow().isoformat()})

        self.assertContains(response, "Find a quiet corner")
        self.assertContains(response, "from=8#book")
        self.assertNotContains(response, "from=9#book")
        self.assertContains(response, "from=11#book")

    def test_a_day_that_is_no_day_is_today(self):
        for day in ["yesterday", "1999-01-01", "2026-13-01"]:
            self.assertEqual(self.client.get("/", {"day": day}).status_code, 200)

    def test_an_hour_of_the_address_is_chosen_in_the_form(self):
        response = self.client.get("/spaces/nook/", {"day": tomorrow().isoformat(), "from": "14"})

        self.assertContains(response, '<option value="14" selected>14:00</option>', html=True)
        self.assertContains(response, '<option value="15" selected>15:00</option>', html=True)

    def test_unknown_spaces_have_their_own_page(self):
        self.assertContains(self.client.get("/spaces/x/"), "Nobody sits here", status_code=404)


class ApiTests(TestCase):
    def setUp(self):
        cache.clear()
        self.space = make_space()

    async def test_spaces(self):
        response = await self.async_client.get("/api/spaces/")

        self.assertEqual([one["slug"] for one in response.json()["spaces"]], ["nook"])

    async def test_free_hours_of_a_day(self):
        await sync_to_async(make_booking)(self.space, 9, 11)

        response = await self.async_client.get(f"/api/spaces/nook/{tomorrow()}/")

        self.assertEqual(response.json()["free"], [hour for hour in HOURS if hour not in (9, 10)])

    def test_what_is_taken_is_remembered_until_it_is_forgotten(self):
        path = f"/api/spaces/nook/{tomorrow()}/"
        before = self.client.get(path).json()["free"]
        make_booking(self.space)

        self.assertEqual(self.client.get(path).json()["free"], before)
        forget_taken_hours(tomorrow())
        self.assertEqual(len(self.client.get(path).json()["free"]), len(before) - 2)


class SeedTests(TestCase):
    def test_is_safe_to_repeat(self):
        for said in ("6 spaces, 11 new bookings.", "6 spaces, 0 new bookings."):
            output = StringIO()
            call_command("seed", stdout=output)
            self.assertEqual(output.getvalue().strip(), said)
