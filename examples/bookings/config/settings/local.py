"""Development: the same as production but for the debug pages and plain http."""

from config import env

from .base import *  # noqa: F403

DEBUG = True

ALLOWED_HOSTS = env.names(env.optional("DJANGO_ALLOWED_HOSTS", ".localhost, 127.0.0.1, [::1]"))

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
