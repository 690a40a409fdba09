"""Settings from environment variables. A message names the variable, never its value."""

import os
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

MAIL_TRANSPORTS = {
    "smtp": {"EMAIL_PORT": 25},
    "smtp+tls": {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True},
    "smtps": {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True},
}


def required(name):
    value = os.environ.get(name, "").strip()
    if value:
        return value
    raise ImproperlyConfigured(f"The environment variable {name} is required. See .env.example.")


def optional(name, default):
    return os.environ.get(name, "").strip() or default


def integer(name, default):
    try:
        return int(optional(name, str(default)))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from None


def boolean(name, default):
    value = optional(name, str(default)).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false.")


def names(value):
    return [part.strip() for part in value.split(",") if part.strip()]


def url(name, *schemes):
    value = required(name)
    if urlsplit(value).scheme in schemes:
        return value
    raise ImproperlyConfigured(f"{name} must begin with {' or '.join(f'{s}://' for s in schemes)}.")


def database(name):
    value = url(name, "postgres", "postgresql")
    try:
        return dj_database_url.parse(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is not a valid URL. Special characters must be percent-encoded."
        ) from None


def email(name):
    """Django's EMAIL_* settings from a URL such as smtp+tls://user:password@host:587."""
    parts = urlsplit(url(name, *MAIL_TRANSPORTS))
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_TIMEOUT": 5,
        **MAIL_TRANSPORTS[parts.scheme],
        **({"EMAIL_PORT": parts.port} if parts.port else {}),
    }
