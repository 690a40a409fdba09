"""Settings come from environment variables; a required one that is missing stops the boot."""

import os

from django.core.exceptions import ImproperlyConfigured


def required(name):
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} is required. See .env.example.")
    return value


def optional(name, default):
    return os.environ.get(name, "").strip() or default


def listed(text):
    return [part.strip() for part in text.split(",") if part.strip()]
