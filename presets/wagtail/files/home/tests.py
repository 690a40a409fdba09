from django.test import TestCase
from wagtail.models import Site

from home.models import TextPage


class PagesTest(TestCase):
    def test_home(self):
        self.assertContains(self.client.get("/"), "<h1>PROJECT_NAME</h1>")

    def test_a_page_below_it(self):
        home = Site.objects.get().root_page
        home.add_child(instance=TextPage(title="About", body="<p>Who we are.</p>"))
        self.assertContains(self.client.get("/about/"), "Who we are.")

    def test_editors_have_to_log_in(self):
        self.assertRedirects(self.client.get("/cms/"), "/cms/login/?next=/cms/")

    def test_health(self):
        self.assertEqual(self.client.get("/healthz/").json(), {"status": "ok"})

    def test_unknown_page(self):
        self.assertEqual(self.client.get("/no-such-page/").status_code, 404)
