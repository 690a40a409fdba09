import os

from config.logs import logging_config

# Only the server keeps connections open.
os.environ.setdefault("DATABASE_POOL_MAX_SIZE", "4")

wsgi_app = "config.asgi:application"
worker_class = "uvicorn_worker.UvicornWorker"
bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Heartbeats go to memory: on some disks a slow write looks like a hung worker.
worker_tmp_dir = "/dev/shm"
timeout = 30
# Below the 10 s that `docker stop` waits, so that running requests end before the kill.
graceful_timeout = 8
# The code belongs to root and the process does not: there is no place for a control socket.
control_socket_disable = True
accesslog = "-"
logconfig_dict = logging_config()
