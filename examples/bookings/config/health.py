import logging

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.http import JsonResponse
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_redis():
    cache.get("healthz")


def answer():
    parts = {}
    for name, ask, failure in (
        ("database", ask_database, DatabaseError),
        ("redis", ask_redis, RedisError),
    ):
        try:
            ask()
            parts[name] = "ok"
        except failure:
            logger.warning("health: %s does not answer", name)
            parts[name] = "unreachable"
    is_well = set(parts.values()) == {"ok"}
    return JsonResponse(
        {"status": "ok" if is_well else "unavailable", **parts},
        status=200 if is_well else 503,
        headers={"Cache-Control": "no-store"},
    )


class HealthCheck:
    """Answers /healthz/ before anything looks at the host: probes come by address, over http."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        if iscoroutinefunction(self):
            return self.call_async(request)
        return answer() if request.path_info == "/healthz/" else self.get_response(request)

    async def call_async(self, request):
        if request.path_info == "/healthz/":
            return await sync_to_async(answer)()
        return await self.get_response(request)
