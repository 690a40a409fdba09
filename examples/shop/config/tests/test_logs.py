import json
import logging
import sys

from django.test import SimpleTestCase

from config.logs import JsonAccessFormatter, JsonFormatter


class JsonFormatterTests(SimpleTestCase):
    def test_one_line_with_its_extra_fields(self):
        record = logging.makeLogRecord(
            {"name": "shop", "levelname": "INFO", "msg": "order %s\nplaced", "args": ("A1",)}
        )
        record.order = "A1"
        record.request = object()

        line = JsonFormatter().format(record)

        self.assertNotIn("\n", line)
        fields = json.loads(line)
        self.assertRegex(fields.pop("timestamp"), r"^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$")
        fields.pop("request_id", None)
        self.assertEqual(
            fields,
            {"level": "INFO", "logger": "shop", "message": "order A1\nplaced", "order": "A1"},
        )

    def test_the_traceback_is_inside_the_line(self):
        try:
            raise ValueError("broken")
        except ValueError:
            record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})

        line = JsonFormatter().format(record)

        self.assertNotIn("\n", line)
        self.assertIn("ValueError: broken", json.loads(line)["exc_info"])

    def test_access_lines_have_fields(self):
        request = {
            "m": "GET",
            "U": "/products/",
            "s": "200",
            "M": 12,
            "B": 512,
            "h": "192.0.2.1",
            "a": "curl",
            "{x-request-id}o": "abc",
        }
        record = logging.makeLogRecord({"msg": "%(m)s", "args": request})

        fields = json.loads(JsonAccessFormatter().format(record))

        self.assertEqual(fields["message"], "GET /products/ 200")
        self.assertEqual((fields["status"], fields["duration_ms"]), (200, 12))
        self.assertEqual(fields["request_id"], "abc")
