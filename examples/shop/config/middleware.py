import re
import uuid

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import JsonResponse

from config.logs import request_id

USABLE_REQUEST_ID = re.compile(r"[\w.:-]{1,128}")


def health_check(get_response):
    """Answers /healthz/ with one query, and before anything that looks at the Host header.

    Probes call the container by its address, which is in nobody's ALLOWED_HOSTS, and they come
    every few seconds: no session, no cookie, no redirect.
    """

    def middleware(request):
        if request.path_info != "/healthz/":
            return get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
        return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    return middleware


def request_ids(get_response):
    """Gives each request an id that is in its log lines and in the answer's X-Request-ID.

    The id stays set after the answer: Django logs 404 and 500 when all middleware has ended.
    """

    def middleware(request):
        given = request.headers.get("X-Request-ID", "")
        request_id.set(given if USABLE_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        response = get_response(request)
        response.headers["X-Request-ID"] = request_id.get()
        return response

    return middleware


def content_security_policy(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    return middleware
