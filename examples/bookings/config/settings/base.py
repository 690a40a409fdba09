"""What development and production have in common: nearly everything."""

import logging
from pathlib import Path

from celery.schedules import crontab

from config import env
from config.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = env.required("DJANGO_SECRET_KEY")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "config",
    "spaces",
    "bookings",
]

MIDDLEWARE = [
    "config.health.HealthCheck",
    "django.middleware.security.SecurityMiddleware",
    "config.static.StaticFiles",
    "config.security.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Under ASGI a request may run in any thread, so Django must not keep connections by thread
# (CONN_MAX_AGE 0). The server's processes share a pool instead; without a size there is none.
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    application_name="bookings", connect_timeout=5
)
if pool_size := env.integer("DATABASE_POOL_MAX_SIZE", 0):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": pool_size,
        "max_idle": 10,
        "timeout": 8,
        "reconnect_timeout": 5,
    }

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.url("CACHE_URL", "redis", "rediss"),
        "KEY_PREFIX": "bookings",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

CELERY_BROKER_URL = env.url("CELERY_BROKER_URL", "redis", "rediss")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A web request that cannot reach the broker fails soon instead of hanging.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1}
# Nobody asks for results. A task that a dying worker had begun is done again, so tasks look at
# the booking before they do anything.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60
CELERY_BEAT_SCHEDULE = {
    "release-unconfirmed": {
        "task": "bookings.tasks.release_unconfirmed",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "remind": {
        "task": "bookings.tasks.remind",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 500},
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.optional("TIME_ZONE", "Europe/Lisbon")
CELERY_TIMEZONE = TIME_ZONE
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files of the site's root, such as robots.txt.
WHITENOISE_ROOT = BASE_DIR / "public"

globals().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.optional("DEFAULT_FROM_EMAIL", "Alcove <desk@alcove.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOGGING = logging_config()
logging.captureWarnings(True)

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
