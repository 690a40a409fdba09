# Tasks are bound to the app that exists when they are first used, so it has to exist in web too.
from .celery import app as celery_app

__all__ = ["celery_app"]
