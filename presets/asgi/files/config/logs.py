"""One JSON object a line on stdout, for Django and for gunicorn. Imports no Django: gunicorn reads
it before the application."""

import json
import logging
import os
from datetime import datetime, timezone

KNOWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "request", "color_message"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        time = datetime.fromtimestamp(record.created, timezone.utc)
        fields = {
            "timestamp": time.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in KNOWN},
        }
        if record.exc_info:
            fields["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str, ensure_ascii=False)


class AccessFormatter(JsonFormatter):
    """uvicorn's access record has the parts of the request in its arguments."""

    def format(self, record):
        if isinstance(record.args, tuple) and len(record.args) == 5:
            address, method, path, _, status = record.args
            record.args = ()
            record.msg = f"{method} {path} {status}"
            record.status = status
            record.remote_address = address
        return super().format(record)


def logging_config():
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    stdout = {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.JsonFormatter"},
            "access": {"()": "config.logs.AccessFormatter"},
        },
        "handlers": {
            "console": {**stdout, "formatter": "json"},
            "access": {**stdout, "formatter": "access"},
        },
        "root": {"level": level, "handlers": ["console"]},
        "loggers": {
            # Django's own configuration hides errors once DEBUG is off: let all reach the root.
            "django": {"level": level, "handlers": [], "propagate": True},
            "gunicorn.error": {"level": level, "handlers": ["console"], "propagate": False},
            "gunicorn.access": {"level": level, "handlers": ["access"], "propagate": False},
        },
    }
