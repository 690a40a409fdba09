"""Probe: do the settings still import without some variables, and what do they fall back to?

Options: unset, the names to take away; change, names and values to set. Event: fallback.
"""

import hashlib
import os
import sys


def install(emit):
    for name in options.get("unset") or ():
        os.environ.pop(name, None)
    os.environ.update(options.get("change") or {})
    from django.core.management import ManagementUtility

    def execute(utility):
        from django.conf import settings

        key = str(settings.SECRET_KEY)
        emit("fallback", key=hashlib.sha256(key.encode()).hexdigest() if key else None, databases=[
            {"alias": alias, "engine": str(values.get("ENGINE") or ""),
             "host": str(values.get("HOST") or ""), "name": str(values.get("NAME") or "")}
            for alias, values in settings.DATABASES.items()
        ])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    ManagementUtility.execute = execute
