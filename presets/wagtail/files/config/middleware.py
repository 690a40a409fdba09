from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import JsonResponse


def health_check(get_response):
    """Answers /healthz/ with one query, before anything looks at the Host header: platforms ask
    the container by its address."""

    def middleware(request):
        if request.path_info != "/healthz/":
            return get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return JsonResponse({"status": "unavailable"}, status=503)
        return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    return middleware


def content_security_policy(get_response):
    def middleware(request):
        response = get_response(request)
        is_editor = request.path_info.startswith(("/cms/", "/django-admin/"))
        policy = (
            settings.EDITOR_CONTENT_SECURITY_POLICY if is_editor else settings.CONTENT_SECURITY_POLICY
        )
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
