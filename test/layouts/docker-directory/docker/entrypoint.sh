#!/bin/sh
set -e
python - <<'PY'
import os, socket, time
for _ in range(60):
    try:
        socket.create_connection((os.environ["DBHOST"], int(os.environ["DBPORT"])), 1).close()
        break
    except OSError:
        time.sleep(0.5)
PY
python manage.py migrate --noinput
exec "$@"
