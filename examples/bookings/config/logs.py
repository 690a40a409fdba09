"""One JSON object per line, for Django, gunicorn, uvicorn and Celery alike.

LOG_FORMAT=text gives lines for people instead. gunicorn reads this before Django is there.
"""

import json
import logging
import os
from datetime import UTC, datetime

KNOWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
# Objects that Django and Celery attach and that say nothing as text.
UNPRINTABLE = {"request", "server_time", "sock", "data", "color_message"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        return json.dumps(self.fields(record), default=str, ensure_ascii=False)

    def fields(self, record):
        time = datetime.fromtimestamp(record.created, UTC)
        fields = {
            "timestamp": time.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        extra = vars(record).keys() - KNOWN - UNPRINTABLE
        fields |= {name: getattr(record, name) for name in sorted(extra)}
        if record.exc_info:
            fields["exc_info"] = self.formatException(record.exc_info)
        return fields


class AccessFormatter(JsonFormatter):
    """uvicorn's access record has the parts of the request as its arguments."""

    def fields(self, record):
        fields = super().fields(record)
        if isinstance(record.args, tuple) and len(record.args) == 5:
            address, method, path, _version, status = record.args
            fields["message"] = f"{method} {path} {status}"
            fields |= {"method": method, "path": path, "status": status, "remote_address": address}
        return fields


def logging_config():
    """For `logging.config.dictConfig`, from LOG_LEVEL and LOG_FORMAT."""
    is_json = os.environ.get("LOG_FORMAT", "json") == "json"
    level = os.environ.get("LOG_LEVEL", "INFO").upper()

    def handler(formatter):
        return {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": formatter if is_json else "text",
        }

    def logger(*handlers, level=level):
        return {"level": level, "handlers": list(handlers), "propagate": not handlers}

    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.JsonFormatter"},
            "access": {"()": "config.logs.AccessFormatter"},
            "text": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
        },
        "handlers": {"console": handler("json"), "access": handler("access")},
        "root": {"level": level, "handlers": ["console"]},
        "loggers": {
            # Django's own configuration hides errors when DEBUG is off; let all reach the root.
            "django": logger(),
            "django.server": logger(),
            "gunicorn.error": logger("console"),
            "gunicorn.access": logger("access"),
            # A line for every task that beat sends says nothing that the worker does not.
            "celery.beat": logger(level="WARNING"),
        },
    }
