"""What development and production have in common: nearly everything."""

import logging
from pathlib import Path

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
    "django.contrib.staticfiles",
    "corsheaders",
    "config",
    "catalog",
    "orders",
    "newsletter",
]

MIDDLEWARE = [
    "config.middleware.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.health_check",
    "config.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "catalog.context_processors.categories",
                "orders.context_processors.basket",
            ],
        },
    },
]

# The pool keeps connections open, so Django must not (CONN_MAX_AGE 0), and it looks at each one
# before lending it out. After a restart of the database it meets its dead connections one by one
# and waits 1, 2, 4 … seconds between them (psycopg/psycopg#711). Three of them fit into the
# timeout, so requests are slow for a moment and none fails; that is why the pool is small, gives
# back quickly what it does not need, and soon stops trying in the background: the next request
# tries at once.
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    application_name="shop",
    connect_timeout=5,
    pool={
        "min_size": 1,
        "max_size": env.integer("DATABASE_POOL_MAX_SIZE", 3),
        "max_idle": 10,
        "timeout": 8,
        "reconnect_timeout": 5,
    },
)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files of the site's root, such as robots.txt and favicon.ico.
WHITENOISE_ROOT = BASE_DIR / "public"

globals().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.optional("DEFAULT_FROM_EMAIL", "Dunlin <hello@dunlin.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOGGING = logging_config()
logging.captureWarnings(True)

# Everything the pages need is served from here: no inline script or style, no other host.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

CORS_ALLOWED_ORIGINS = env.comma_separated(env.optional("CORS_ALLOWED_ORIGINS", ""))
CORS_URLS_REGEX = r"^/api/"

# The API is public: nobody logs in to it, so it reads neither sessions nor cookies. It speaks
# JSON alone; only the pages for browsers would need rest_framework in INSTALLED_APPS.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 24,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
