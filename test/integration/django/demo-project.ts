const settings = `import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["demo.example.com"]
ROOT_URLCONF = "demo.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth",
                  "django.contrib.staticfiles", "shop"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware",
              "whitenoise.middleware.WhiteNoiseMiddleware",
              "django.middleware.csrf.CsrfViewMiddleware",
              "django.middleware.clickjacking.XFrameOptionsMiddleware"]
TEMPLATES = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
LOGGING = {"version": 1, "disable_existing_loggers": False,
           "handlers": {"console": {"class": "logging.StreamHandler"}},
           "root": {"handlers": ["console"], "level": "INFO"}}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if os.environ.get("POSTGRES_HOST"):
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **{
        key: os.environ["POSTGRES_" + key] for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD")
    }}}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/tmp/db.sqlite3"}}
`;

const whereami = `import os, sys
from django.conf import settings
from django.core.management.base import BaseCommand

class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--loud", action="store_true")

    def handle(self, **options):
        print("argv", *sys.argv)
        print("cwd", os.getcwd())
        print("path", sys.path[0])
        print("settings", os.environ["DJANGO_SETTINGS_MODULE"])
        print("stdin at its end" if sys.stdin.read() == "" else "stdin is open")
`;

const initial = `from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Cup", [
            ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True,
                                       verbose_name="ID")),
            ("name", models.CharField(max_length=40)),
        ]),
    ]
`;

const fill = `from django.db import migrations

def fill(apps, schema_editor):
    cup = apps.get_model("shop", "Cup")
    cup.objects.bulk_create(cup(name=f"cup {number}") for number in range(3))

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
`;

/** A small Django project in the state in which it would be released: nothing is wrong with it. */
export const demoProject = {
  'manage.py': `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
if __name__ == "__main__":
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
`,
  'demo/__init__.py': '',
  'demo/settings.py': settings,
  'demo/production.py': 'from .settings import *\n',
  'demo/urls.py': 'urlpatterns = []\n',
  'shop/__init__.py': '',
  'shop/models.py': `from django.db import models

class Cup(models.Model):
    name = models.CharField(max_length=40)
`,
  'shop/migrations/__init__.py': '',
  'shop/migrations/0001_initial.py': initial,
  'shop/migrations/0002_fill.py': fill,
  'shop/management/commands/whereami.py': whereami,
  'shop/static/shop/site.css': 'body { background: url("cup.svg") }\n',
  'shop/static/shop/cup.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
} as const satisfies Record<string, string>;
