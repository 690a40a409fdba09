from django.test import TestCase


class ClockTest(TestCase):
    async def test_home(self):
        self.assertContains(await self.async_client.get("/"), "<h1>")

    async def test_time_is_an_event(self):
        answer = await self.async_client.get("/time/")
        self.assertEqual(answer["Content-Type"], "text/event-stream")
        events = [event async for event in answer.streaming_content]
        self.assertRegex(events[0].decode(), r"^data: \d\d:\d\d:\d\d\n\n$")

    def test_health(self):
        self.assertEqual(self.client.get("/healthz/").json(), {"status": "ok"})

    def test_unknown_page(self):
        self.assertEqual(self.client.get("/no-such-page/").status_code, 404)
