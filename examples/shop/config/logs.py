"""One JSON object per line on stdout, for Django and for gunicorn alike.

LOG_FORMAT=text gives lines for people instead. This module must not import Django: gunicorn
reads it before the application is loaded.
"""

import json
import logging
import os
from contextvars import ContextVar
from datetime import UTC, datetime

request_id = ContextVar("request_id", default=None)

# What every record has; whatever else is on a record was passed with `extra=`.
STANDARD_ATTRIBUTES = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
# Objects that Django and gunicorn attach and that say nothing as text.
UNPRINTABLE_ATTRIBUTES = {"request", "server_time", "sock"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        return json.dumps(self.fields(record), default=str, ensure_ascii=False)

    def fields(self, record):
        fields = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            fields["request_id"] = request_id.get()
        for name, value in vars(record).items():
            if name not in STANDARD_ATTRIBUTES and name not in UNPRINTABLE_ATTRIBUTES:
                fields[name] = value
        if record.exc_info:
            fields["exc_info"] = self.formatException(record.exc_info)
        if record.stack_info:
            fields["stack_info"] = self.formatStack(record.stack_info)
        return fields


class JsonAccessFormatter(JsonFormatter):
    """Turns gunicorn's access record, whose arguments hold the request, into fields."""

    def fields(self, record):
        fields = super().fields(record)
        request = record.args
        fields["message"] = f"{request['m']} {request['U']} {request['s']}"
        fields["method"] = request["m"]
        fields["path"] = request["U"]
        fields["status"] = int(request["s"])
        fields["duration_ms"] = request["M"]
        fields["bytes"] = request["B"]
        fields["remote_address"] = request["h"]
        fields["user_agent"] = request["a"]
        fields["request_id"] = request["{x-request-id}o"]
        return fields


def logging_config():
    """The configuration for `logging.config.dictConfig`, from LOG_LEVEL and LOG_FORMAT."""
    is_json = os.environ.get("LOG_FORMAT", "json") == "json"
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.JsonFormatter"},
            "json_access": {"()": "config.logs.JsonAccessFormatter"},
            "text": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json" if is_json else "text",
            },
            "access": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json_access" if is_json else "text",
            },
        },
        "root": {"level": level, "handlers": ["console"]},
        "loggers": {
            # Django's own configuration hides errors when DEBUG is off; let all reach the root.
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": level, "handlers": [], "propagate": True},
            "gunicorn.error": {"level": level, "handlers": ["console"], "propagate": False},
            "gunicorn.access": {"level": level, "handlers": ["access"], "propagate": False},
        },
    }
