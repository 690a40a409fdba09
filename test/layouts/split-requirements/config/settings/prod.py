from .base import *
from .base import os


def required(name):
    try:
        return os.environ[name]
    except KeyError:
        raise RuntimeError(f'{name} is not set') from None


DEBUG = False
SECRET_KEY = required('DJANGO_SECRET_KEY')
ALLOWED_HOSTS = required('DJANGO_ALLOWED_HOSTS').split(',')
STRIPE_API_KEY = os.environ['STRIPE_API_KEY']
STORAGES = {
    'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'},
    'staticfiles': {'BACKEND': 'whitenoise.storage.CompressedManifestStaticFilesStorage'},
}
SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
