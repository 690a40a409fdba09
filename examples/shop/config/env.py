"""Reading settings from environment variables.

A required variable that is missing stops the boot with a message that names it. Nothing here
puts a value into a message: values may be secrets.
"""

import os
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

EMAIL_SCHEMES = {
    "console": {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
    "smtp": {"EMAIL_PORT": 25},
    "smtp+tls": {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True},
    "smtps": {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True},
}


def required(name):
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"The environment variable {name} is required and has no value. See .env.example."
        )
    return value


def optional(name, default):
    return os.environ.get(name, "").strip() or default


def integer(name, default):
    value = optional(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"The environment variable {name} must be a whole number."
        ) from None


def boolean(name, default):
    value = optional(name, str(default)).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"The environment variable {name} must be true or false.")


def comma_separated(value):
    return [part.strip() for part in value.split(",") if part.strip()]


def database(name):
    """Django's settings for the PostgreSQL database that the variable's URL names."""
    url = required(name)
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"The environment variable {name} must begin with postgres:// or postgresql://."
        )
    try:
        return dj_database_url.parse(url)
    except ValueError:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not a valid URL. "
            "Special characters in the password must be percent-encoded."
        ) from None


def email(name):
    """Django's EMAIL_* settings from a URL such as smtp+tls://user:password@host:587."""
    url = urlsplit(required(name))
    if url.scheme not in EMAIL_SCHEMES:
        raise ImproperlyConfigured(
            f"The environment variable {name} must begin with one of "
            f"{', '.join(f'{scheme}://' for scheme in EMAIL_SCHEMES)}."
        )
    settings = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname or "localhost",
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_TIMEOUT": 5,
        **EMAIL_SCHEMES[url.scheme],
    }
    if url.port:
        settings["EMAIL_PORT"] = url.port
    return settings
