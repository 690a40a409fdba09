"""Production: no default for anything that must be right."""

from config import env

from .base import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = env.listed(env.required("DJANGO_ALLOWED_HOSTS"))
CSRF_TRUSTED_ORIGINS = env.listed(env.optional("CSRF_TRUSTED_ORIGINS", ""))

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WAGTAILADMIN_BASE_URL = env.required("SITE_URL")

EMAIL_HOST = env.required("EMAIL_HOST")
EMAIL_PORT = int(env.optional("EMAIL_PORT", "587"))
EMAIL_HOST_USER = env.optional("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.optional("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 5

# TLS ends at the proxy, which has to set this header on every request.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# Probes talk to the container itself, over plain http.
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

# Previews show pages in a frame of the editors' interface, on the same origin.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
