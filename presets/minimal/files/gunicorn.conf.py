import os

from config.logs import logging_config

wsgi_app = "config.wsgi:application"
bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
# Heartbeats go to memory: on some disks a slow write looks like a hung worker.
worker_tmp_dir = "/dev/shm"
timeout = 30
# Below the 10 s that `docker stop` waits, so that running requests end before the kill.
graceful_timeout = 8
max_requests = 5000
max_requests_jitter = 500
# The code belongs to root and the process does not: there is no place for a control socket.
control_socket_disable = True
accesslog = "-"
logconfig_dict = logging_config()
