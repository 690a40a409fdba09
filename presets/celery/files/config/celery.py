"""The worker and the schedule: `celery -A config worker` and `celery -A config beat`."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("PROJECT_NAME")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_own_logging(**_):
    """Celery would put its own handlers and formats in place of Django's."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
