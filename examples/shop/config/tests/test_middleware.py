import re

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.test import SimpleTestCase, TestCase, override_settings


class HealthCheckTests(TestCase):
    @override_settings(
        ALLOWED_HOSTS=["shop.example.com"],
        SECURE_SSL_REDIRECT=True,
        SECURE_REDIRECT_EXEMPT=[r"^healthz/$"],
    )
    def test_answers_a_probe_by_address_over_http_with_one_query_and_no_cookie(self):
        with self.assertNumQueries(1):
            response = self.client.get("/healthz/", headers={"host": "172.17.0.4:8000"})

        self.assertEqual((response.status_code, response.json()), (200, {"status": "ok"}))
        self.assertFalse(response.cookies)

    def test_says_when_the_database_is_gone(self):
        def refuse(*_):
            raise OperationalError("the database is down")

        with connection.execute_wrapper(refuse):
            response = self.client.get("/healthz/")

        self.assertEqual(response.status_code, 503)


class ErrorPageTests(TestCase):
    def test_not_found_has_its_own_page(self):
        response = self.client.get("/no-such-page/")

        self.assertContains(response, "This page has flown", status_code=404)

    def test_unknown_hosts_get_their_own_page(self):
        response = self.client.get("/", headers={"host": "evil.example"})

        self.assertContains(response, "We could not read that", status_code=400)

    def test_errors_have_their_own_page(self):
        def fail(*_):
            raise RuntimeError("broken on purpose")

        self.client.raise_request_exception = False
        with connection.execute_wrapper(fail), self.assertLogs("django.request", "ERROR"):
            response = self.client.get("/")

        self.assertContains(response, "Something broke on our side", status_code=500)


class HeaderTests(SimpleTestCase):
    def test_request_id_is_kept_if_it_is_harmless(self):
        given = self.client.get("/robots.txt", headers={"x-request-id": "abc-123"})
        forged = self.client.get("/robots.txt", headers={"x-request-id": "a\tb"})

        self.assertEqual(given.headers["X-Request-ID"], "abc-123")
        self.assertRegex(forged.headers["X-Request-ID"], r"^[0-9a-f]{32}$")

    def test_files_of_the_root_are_served(self):
        for path in ["/robots.txt", "/favicon.ico"]:
            self.assertEqual(self.client.get(path).status_code, 200)

    @override_settings(CORS_ALLOWED_ORIGINS=["https://app.example.com"])
    def test_other_origins_may_read_the_api_only_if_they_are_listed(self):
        for origin, allowed in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://app.example.com.evil.example", None),
            ("http://app.example.com", None),
            ("null", None),
        ]:
            with self.subTest(origin):
                response = self.client.options(
                    "/api/products/",
                    headers={"origin": origin, "access-control-request-method": "GET"},
                )
                self.assertEqual(response.headers.get("Access-Control-Allow-Origin"), allowed)


class TemplateTests(SimpleTestCase):
    def test_every_static_file_that_a_template_names_exists(self):
        named = re.compile(r"{%\s*static\s+['\"]([^'\"]+)['\"]")
        for template in settings.BASE_DIR.glob("**/templates/**/*.html"):
            for path in named.findall(template.read_text()):
                with self.subTest(template=template.name, path=path):
                    self.assertIsNotNone(finders.find(path))
