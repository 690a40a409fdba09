import json
import logging
import os
import subprocess
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase

from config import env
from config.logs import AccessFormatter, JsonFormatter

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DJANGO_SECRET_KEY": "Zq3-tests-only-mW8vKd5LxTr0Yb2Ns7Ug4Jh9Pc6Fa1Eo-iRx",
    "DJANGO_ALLOWED_HOSTS": "alcove.example.com",
    "DATABASE_URL": "postgres://bookings:password@db.example.com/bookings",
    "CELERY_BROKER_URL": "redis://redis.example.com:6379/0",
    "CACHE_URL": "redis://redis.example.com:6379/1",
    "EMAIL_URL": "smtp+tls://bookings:password@mail.example.com",
}


def check_deploy(**variables):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


class ProductionSettingsTests(SimpleTestCase):
    def test_check_deploy_has_nothing_to_say(self):
        result = check_deploy(**PRODUCTION)

        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("no issues (0 silenced)", result.stdout)


class EnvTests(SimpleTestCase):
    def setUp(self):
        self.addCleanup(os.environ.pop, "SOME_NAME", None)

    def test_names_a_variable_that_is_missing_or_wrong_and_never_its_value(self):
        for read, value in [
            (env.required, ""),
            (env.database, "mysql://root:hunter2@db/bookings"),
            (env.database, "postgres://root:hunter2@db:port/bookings"),
            (env.email, "pigeon://root:hunter2@loft"),
            (lambda name: env.url(name, "redis", "rediss"), "memcached://hunter2"),
            (lambda name: env.boolean(name, True), "hunter2"),
            (lambda name: env.integer(name, 1), "hunter2"),
        ]:
            with self.subTest(value):
                os.environ["SOME_NAME"] = value
                with self.assertRaisesMessage(ImproperlyConfigured, "SOME_NAME") as caught:
                    read("SOME_NAME")
                self.assertNotIn("hunter2", str(caught.exception))

    def test_email_url(self):
        os.environ["SOME_NAME"] = "smtp+tls://me%40alcove:p%2Fw@mail.example.com:2587"

        self.assertEqual(
            env.email("SOME_NAME"),
            {
                "EMAIL_HOST": "mail.example.com",
                "EMAIL_PORT": 2587,
                "EMAIL_HOST_USER": "me@alcove",
                "EMAIL_HOST_PASSWORD": "p/w",
                "EMAIL_USE_TLS": True,
                "EMAIL_TIMEOUT": 5,
            },
        )


class LogTests(SimpleTestCase):
    def test_one_line_with_its_fields(self):
        record = logging.makeLogRecord({"name": "bookings", "msg": "held\n%s", "args": ("A",)})
        record.space = "nook"

        line = JsonFormatter().format(record)

        self.assertNotIn("\n", line)
        fields = json.loads(line)
        self.assertEqual((fields["message"], fields["space"]), ("held\nA", "nook"))

    def test_access_lines_have_the_parts_of_the_request(self):
        arguments = ("192.0.2.1:5000", "GET", "/", "1.1", 200)
        record = logging.makeLogRecord({"msg": '%s - "%s %s HTTP/%s" %d', "args": arguments})

        fields = json.loads(AccessFormatter().format(record))

        self.assertEqual((fields["message"], fields["status"]), ("GET / 200", 200))
