"""Middleware for sync and async requests alike: one that is sync only would put every request
into a thread."""

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import JsonResponse
from django.utils.decorators import sync_and_async_middleware


def answer_health():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@sync_and_async_middleware
def health_check(get_response):
    """Answers /healthz/ with one query, before anything looks at the Host header: platforms ask
    the container by its address."""
    if iscoroutinefunction(get_response):

        async def middleware(request):
            if request.path_info == "/healthz/":
                return await sync_to_async(answer_health)()
            return await get_response(request)

    else:

        def middleware(request):
            return answer_health() if request.path_info == "/healthz/" else get_response(request)

    return middleware


@sync_and_async_middleware
def content_security_policy(get_response):
    def add(response):
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    if iscoroutinefunction(get_response):

        async def middleware(request):
            return add(await get_response(request))

    else:

        def middleware(request):
            return add(get_response(request))

    return middleware
