from django.test import TestCase


class HomeTest(TestCase):
    def test_home(self):
        self.assertContains(self.client.get("/"), "<h1>")

    def test_health(self):
        self.assertEqual(self.client.get("/healthz/").json(), {"status": "ok"})

    def test_unknown_page(self):
        self.assertEqual(self.client.get("/no-such-page/").status_code, 404)
