const settings = `import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["kiosk.example.com"]
ROOT_URLCONF = "kiosk.urls"
WSGI_APPLICATION = "kiosk.wsgi.application"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth",
                  "django.contrib.staticfiles", "stock"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware",
              "kiosk.urls.probes",
              "whitenoise.middleware.WhiteNoiseMiddleware",
              "django.middleware.common.CommonMiddleware",
              "django.middleware.csrf.CsrfViewMiddleware",
              "django.middleware.clickjacking.XFrameOptionsMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": os.environ["POSTGRES_HOST"],
    "PORT": os.environ["POSTGRES_PORT"],
    "NAME": os.environ["POSTGRES_DB"],
    "USER": os.environ["POSTGRES_USER"],
    "PASSWORD": os.environ["POSTGRES_PASSWORD"],
}}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
`;

const urls = `from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from stock.models import Item

def health(request):
    return HttpResponse(f"{Item.objects.count()} items")

def probes(get_response):
    """Platforms ask the container by its address, which is in no ALLOWED_HOSTS."""
    return lambda request: (health if request.path == "/healthz/" else get_response)(request)

def home(request):
    return render(request, "stock/home.html", {"items": Item.objects.all()})

urlpatterns = [path("healthz/", health), path("", home)]
`;

const firstMigration = `from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Item", [
            ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True,
                                       verbose_name="ID")),
            ("name", models.CharField(max_length=40)),
        ]),
    ]
`;

const dataMigration = `from django.db import migrations

def fill(apps, schema_editor):
    item = apps.get_model("stock", "Item")
    item.objects.bulk_create(item(name=name) for name in ("map", "stamp", "postcard"))

class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
`;

/** The manifest of the kiosk. */
export const kioskManifest = `name: kiosk
app:
  env:
    SECRET_KEY: { generate: true }
processes:
  web: { port: 8000, health: /healthz/ }
services:
  postgres: { version: "17" }
rehearse:
  host: kiosk.example.com
  release:
    - python manage.py migrate --noinput
  smoke:
    - { get: /, contains: postcard }
`;

/** The command that the kiosk's image runs. */
export const kioskCommand =
  '["gunicorn", "kiosk.wsgi", "--bind", "0.0.0.0:8000", "--workers", "1", "--no-control-socket"]';

/** The kiosk's Dockerfile on the image of `buildKioskBase`. */
export function kioskDockerfile(base: string): string {
  return `FROM ${base}
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=kiosk.settings
WORKDIR /app
COPY . .
RUN python manage.py collectstatic --noinput --settings build_settings
USER 10001
EXPOSE 8000
CMD ${kioskCommand}
`;
}

/**
 * A small Django project in the state in which it would be released: nothing is wrong with it, so
 * that each test breaks one thing. Its Dockerfile comes from `kioskDockerfile`.
 */
export const kioskFiles = {
  'manage.py': `#!/usr/bin/env python
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiosk.settings")
if __name__ == "__main__":
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
`,
  'build_settings.py': `import os
for name in ("SECRET_KEY", "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_USER",
             "POSTGRES_PASSWORD"):
    os.environ[name] = "build-only"
from kiosk.settings import *
`,
  'kiosk/__init__.py': '',
  'kiosk/settings.py': settings,
  'kiosk/urls.py': urls,
  'kiosk/wsgi.py': `import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiosk.settings")
application = get_wsgi_application()
`,
  'stock/__init__.py': '',
  'stock/models.py': `from django.db import models

class Item(models.Model):
    name = models.CharField(max_length=40)
`,
  'stock/migrations/__init__.py': '',
  'stock/migrations/0001_initial.py': firstMigration,
  'stock/migrations/0002_fill.py': dataMigration,
  'stock/templates/stock/home.html': `{% load static %}<!doctype html>
<html lang="en"><head><title>Kiosk</title>
<link rel="stylesheet" href="{% static 'stock/site.css' %}"></head>
<body>{% for item in items %}<p>{{ item.name }}</p>{% endfor %}</body></html>
`,
  'stock/static/stock/site.css': 'body { font-family: serif }\n',
  '.dockerignore': '.env\ndjdev.yaml\nDockerfile\n',
  'djdev.yaml': kioskManifest,
} as const satisfies Record<string, string>;
