"""Part of the inspect probe: what these settings would do in production, tried in this process.

Stages: practice (values that decide it), logging (would an error be seen?), pages (do the error
handlers render?).
"""

import io
import json
import logging


def practice(settings):
    from django.db import connections

    wrapped = settings._wrapped
    middleware = [str(name) for name in settings.MIDDLEWARE]
    return {
        "explicit": sorted(getattr(wrapped, "_explicit_settings", ())),
        "middleware": middleware,
        "proxyHeader": bool(settings.SECURE_PROXY_SSL_HEADER),
        "emailBackend": str(settings.EMAIL_BACKEND),
        "cacheBackend": str(settings.CACHES.get("default", {}).get("BACKEND", "")),
        "debugToolbar": "debug_toolbar" in settings.INSTALLED_APPS,
        "mediaRoot": text_or_none(settings.MEDIA_ROOT),
        "secretKeyVariables": variables_with(str(settings.SECRET_KEY)),
        "secretKeyPlace": place_of(str(settings.SECRET_KEY)),
        "sessionEngine": str(settings.SESSION_ENGINE),
        "sessionCache": str(settings.CACHES.get(settings.SESSION_CACHE_ALIAS, {}).get("BACKEND", "")),
        "connections": [connection(alias, connections.settings[alias]) for alias in connections],
    }


def variables_with(value):
    """Names of the variables that hold just this value; the value itself stays here."""
    before = set(READS)
    names = sorted(name for name, held in os.environ.items() if value and held == value)
    # Our own look is none of the project's reads.
    READS.intersection_update(before)
    return names


def place_of(key):
    """Where in the project's own modules the key is written down, if it is."""
    files = sorted({getattr(module, "__file__", None) or "" for module in list(sys.modules.values())})
    for path in files:
        if not key or not path.endswith(".py") or not is_own(path):
            continue
        try:
            with open(path, encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    if key in line:
                        return {"file": path, "line": number}
        except (OSError, UnicodeDecodeError):
            continue
    return None


def connection(alias, values):
    pool = (values.get("OPTIONS") or {}).get("pool")
    age = values.get("CONN_MAX_AGE")
    return {
        "alias": alias,
        "maxAge": age if isinstance(age, (int, float)) else None,
        "healthChecks": bool(values.get("CONN_HEALTH_CHECKS")),
        "pool": bool(pool),
        # psycopg_pool keeps at least min_size (4) and, without max_size, as many.
        "poolSize": (pool if isinstance(pool, dict) else {}).get("max_size")
        or (pool if isinstance(pool, dict) else {}).get("min_size") or 4 if pool else None,
    }


def visible_errors(settings):
    """For loggers that errors go through: which handlers would write a line where it is seen."""
    from django.apps import apps

    own = [app.name for app in apps.get_app_configs()
           if is_own(os.path.join(app.path, "__init__.py"))]
    # Not django.security.DisallowedHost: scanners fill it, and many switch it off on purpose.
    names = ["django.request"] + own[:1]
    return {"loggers": [look_at_logger(name) for name in names]}


def look_at_logger(name):
    logger = logging.getLogger(name)
    record = error_record(logger)
    reached, seen = [], []
    if logger.isEnabledFor(logging.ERROR) and logger.filter(record):
        reached = list(handlers_of(logger)) or [logging.lastResort]
    for handler in reached:
        if handler is None or handler.level > logging.ERROR or is_blind(handler):
            continue
        try:
            passes = handler.filter(record)
            text = handler.format(record) if passes else ""
        except Exception as error:
            seen.append(describe_handler(handler, error=repr(error)))
            continue
        if passes:
            seen.append(describe_handler(handler, text=text))
    return {
        "name": name, "handlers": [class_path(handler) for handler in reached], "seen": seen,
    }


def error_record(logger):
    try:
        raise ValueError("djdev asks whether this would be seen")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
        return logger.makeRecord(
            logger.name, logging.ERROR, __name__, 1, "Internal Server Error: %s", ("/",), info,
            extra={"status_code": 500, "request": None},
        )


def handlers_of(logger):
    while logger is not None:
        for handler in logger.handlers:
            yield handler
        logger = logger.parent if logger.propagate else None


def is_blind(handler):
    """Writes nothing that is in the log of a container: mail, nothing at all, a file inside."""
    from django.utils.log import AdminEmailHandler

    if isinstance(handler, (AdminEmailHandler, logging.NullHandler)):
        return True
    stream = getattr(handler, "stream", None)
    name = str(getattr(stream, "name", "") or getattr(handler, "baseFilename", ""))
    return bool(name) and not name.startswith("<") and not name.startswith(("/dev/", "/proc/"))


def describe_handler(handler, text="", error=None):
    lines = text.split("\n")
    try:
        is_json = isinstance(json.loads(text), dict)
    except ValueError:
        is_json = False
    return {
        "handler": class_path(handler), "json": is_json, "lines": len(lines),
        "traceback": "djdev asks whether" in text, "error": error,
    }


def class_path(handler):
    return "%s.%s" % (type(handler).__module__, type(handler).__qualname__)


def pages(settings):
    """The handlers for 400, 403, 404 and 500, called as Django would when something breaks."""
    from django.core.exceptions import PermissionDenied, SuspiciousOperation
    from django.http import Http404
    from django.urls import get_resolver

    causes = ((400, SuspiciousOperation("djdev")), (403, PermissionDenied("djdev")),
              (404, Http404("djdev")), (500, None))
    return {"pages": [look_at_page(get_resolver(), code, cause) for code, cause in causes]}


def look_at_page(resolver, code, cause):
    handler, answer = None, {"code": code, "handler": "", "status": None, "error": None,
                             "excuse": False}
    quiet = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        handler = resolver.resolve_error_handler(code)
        answer["handler"] = "%s.%s" % (handler.__module__, handler.__qualname__)
        request = anonymous_request(code)
        response = handler(request) if cause is None else handler(request, exception=cause)
        if hasattr(response, "render"):
            response.render()
        answer["status"] = response.status_code
    except Exception as error:
        chain = [error]
        while chain[-1].__cause__ or chain[-1].__context__:
            chain.append(chain[-1].__cause__ or chain[-1].__context__)
        answer["error"] = describe_error(error)
        answer["excuse"] = any(excused(one) for one in chain)
    finally:
        logging.disable(quiet)
    return answer


def excused(error):
    """It failed for want of what this process has not got: a database, middleware's attributes."""
    from django.db import Error

    missing = isinstance(error, AttributeError) and "WSGIRequest" in str(error)
    return missing or isinstance(error, (Error, OSError))


def anonymous_request(code):
    from django.apps import apps
    from django.conf import settings
    from django.test import RequestFactory

    hosts = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    request = RequestFactory().get(
        "/djdev-%d/" % code, secure=True, HTTP_HOST=hosts[0] if hosts else "localhost",
        **{"wsgi.errors": io.StringIO()}
    )
    if apps.is_installed("django.contrib.auth"):
        from django.contrib.auth.models import AnonymousUser
        request.user = AnonymousUser()
    if apps.is_installed("django.contrib.sessions"):
        from django.contrib.sessions.backends.signed_cookies import SessionStore
        request.session = SessionStore()
    if apps.is_installed("django.contrib.messages"):
        from django.contrib.messages.storage.cookie import CookieStorage
        request._messages = CookieStorage(request)
    return request
