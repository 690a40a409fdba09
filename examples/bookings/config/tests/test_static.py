import re
import warnings

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import SimpleTestCase


class StaticFileTests(SimpleTestCase):
    async def test_files_are_served_under_asgi_without_a_warning(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            response = await self.async_client.get("/robots.txt")
            body = b"".join([chunk async for chunk in response.streaming_content])

        self.assertIn(b"Disallow: /admin/", body)

    def test_every_file_that_a_template_names_exists(self):
        named = re.compile(r"{%\s*static\s+['\"]([^'\"]+)['\"]")
        templates = list(settings.BASE_DIR.glob("**/templates/**/*.html"))
        paths = {path for template in templates for path in named.findall(template.read_text())}
        self.assertGreater(len(paths), 1)
        self.assertEqual([path for path in paths if finders.find(path) is None], [])
