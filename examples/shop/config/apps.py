import atexit

from django.apps import AppConfig
from django.db import connections


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self):
        atexit.register(close_pools)


def close_pools():
    """Stops the connection pools' threads before Python stops.

    Without this, Python 3.13 waits five seconds for each of them: twenty seconds at the end of
    every management command and of every worker (psycopg/psycopg#930).
    """
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()
