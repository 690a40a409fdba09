import atexit

from django.apps import AppConfig
from django.db import connections


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self):
        atexit.register(close_pools)


def close_pools():
    """Ends the pool's threads before Python ends, which otherwise waits for them."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()
