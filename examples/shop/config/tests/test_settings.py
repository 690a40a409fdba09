import os
import subprocess
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase

from config import env

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DJANGO_SECRET_KEY": "f8Q-tests-only-rVx2Lw9Zk0PyNc4Ua7JhBs3Td6Mg1Eo5RiXq",
    "DJANGO_ALLOWED_HOSTS": "shop.example.com",
    "DATABASE_URL": "postgres://shop:password@db.example.com/shop",
    "EMAIL_URL": "smtp+tls://shop:password@mail.example.com",
}


def check_deploy(**variables):
    """Runs `manage.py check --deploy` with these variables alone, as a container would."""
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


class ProductionSettingsTests(SimpleTestCase):
    def test_check_deploy_has_nothing_to_say(self):
        result = check_deploy(**PRODUCTION)

        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("no issues (0 silenced)", result.stdout)

    def test_refuses_to_start_without_a_required_variable(self):
        for name in ["DJANGO_SECRET_KEY", "DJANGO_ALLOWED_HOSTS", "DATABASE_URL", "EMAIL_URL"]:
            with self.subTest(name):
                result = check_deploy(**{**PRODUCTION, name: ""})

                self.assertNotEqual(result.returncode, 0)
                self.assertIn("ImproperlyConfigured", result.stderr)
                self.assertIn(f"{name} is required", result.stderr)


class EnvTests(SimpleTestCase):
    def setUp(self):
        self.addCleanup(os.environ.pop, "SOME_NAME", None)

    def test_email_url(self):
        os.environ["SOME_NAME"] = "smtp+tls://me%40shop:p%2Fw@mail.example.com:2587"

        self.assertEqual(
            env.email("SOME_NAME"),
            {
                "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "EMAIL_HOST": "mail.example.com",
                "EMAIL_PORT": 2587,
                "EMAIL_HOST_USER": "me@shop",
                "EMAIL_HOST_PASSWORD": "p/w",
                "EMAIL_USE_TLS": True,
                "EMAIL_TIMEOUT": 5,
            },
        )

    def test_messages_name_the_variable_and_never_its_value(self):
        for read, value in [
            (env.database, "mysql://root:hunter2@db/shop"),
            (env.database, "postgres://root:hunter2@db:port/shop"),
            (env.email, "pigeon://root:hunter2@loft"),
            (lambda name: env.boolean(name, True), "hunter2"),
            (lambda name: env.integer(name, 1), "hunter2"),
        ]:
            with self.subTest(value):
                os.environ["SOME_NAME"] = value
                with self.assertRaisesMessage(ImproperlyConfigured, "SOME_NAME") as caught:
                    read("SOME_NAME")
                self.assertNotIn("hunter2", str(caught.exception))
