"""Probe: what browsers, signatures, caches and queues carry from one release to another.

Option `action`: `make` things in this release, `read` those that another release made (option
`made`), or try the `values` that lie in the caches. Options `salt`: of fingerprints; `celery`:
names of Celery applications as in `celery -A`. Events: made, carried (one for each thing that was
read), value (one for each key of a cache), task (one for each), skew-ended.
"""

import base64
import hashlib
import inspect
import os
import pickle
import sys

MARK = "kept by djdev"
MOST_VALUES = 300


def install(emit):
    from django.core.management import ManagementUtility

    def execute(utility):
        import django

        django.setup()
        {"make": make, "read": read, "values": read_values}[options["action"]](emit)
        emit("skew-ended")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    ManagementUtility.execute = execute


def say(error):
    text = " ".join(str(error).split())[:300]
    return "%s: %s" % (type(error).__name__, text) if text else type(error).__name__


def fingerprint(text):
    """Tells two secrets apart without telling what they are."""
    return hashlib.sha256((options["salt"] + str(text)).encode()).hexdigest()[:16]


def has_middleware(name):
    from django.conf import settings

    return any(name in path.rsplit(".", 1)[-1] for path in settings.MIDDLEWARE)


def open_session(key=None):
    from importlib import import_module

    from django.conf import settings

    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def make(emit):
    from django.conf import settings
    from django.core import signing

    made = {
        "sessionCookie": settings.SESSION_COOKIE_NAME, "sessionEngine": settings.SESSION_ENGINE,
        "sessionSerializer": settings.SESSION_SERIALIZER, "csrfCookie": settings.CSRF_COOKIE_NAME,
        "key": fingerprint(settings.SECRET_KEY),
        "fallbacks": [fingerprint(key) for key in getattr(settings, "SECRET_KEY_FALLBACKS", [])],
        "cookies": {}, "signed": signing.dumps({"mark": MARK}, salt="djdev.skew"),
        "session": None, "login": None, "csrf": None, "notMade": {},
    }
    store = None
    if has_middleware("SessionMiddleware"):
        try:
            store = open_session()
            store["djdev"] = MARK
            made["login"] = log_in(store, made)
            store.save()
            made["session"] = True
        except Exception as error:
            store = None
            made["notMade"]["session"] = say(error)
    if has_middleware("CsrfViewMiddleware"):
        try:
            made["csrf"] = make_csrf(store, made["cookies"])
            if store is not None:
                store.save()
        except Exception as error:
            made["notMade"]["csrf"] = say(error)
    if store is not None:
        made["cookies"][settings.SESSION_COOKIE_NAME] = store.session_key
    emit("made", **made)
    list_tasks(emit)


def log_in(store, made):
    """Puts a user into the session as `login` does, without its signals; the user's key."""
    from django.apps import apps
    from django.conf import settings

    if not apps.is_installed("django.contrib.auth"):
        return None
    from django.contrib import auth

    try:
        model = auth.get_user_model()
        users = list(model._default_manager.order_by("pk")[:20])
        # Rows that were made up may all be switched off; this database is a copy.
        if users and not any(user.is_active for user in users):
            users[0].is_active = True
            model._default_manager.filter(pk=users[0].pk).update(is_active=True)
        for user in users:
            for path in settings.AUTHENTICATION_BACKENDS:
                found = auth.load_backend(path).get_user(user.pk)
                if found is None:
                    continue
                store[auth.SESSION_KEY] = user._meta.pk.value_to_string(user)
                store[auth.BACKEND_SESSION_KEY] = path
                store[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
                return str(store[auth.SESSION_KEY])
        made["notMade"]["login"] = "no user" if not users else "no user who may log in"
    except Exception as error:
        made["notMade"]["login"] = say(error)
    return None


def make_csrf(store, cookies):
    from django.conf import settings
    from django.http import HttpRequest
    from django.middleware.csrf import get_token

    request = HttpRequest()
    request.method = "GET"
    if store is not None:
        request.session = store
    token = get_token(request)
    if settings.CSRF_USE_SESSIONS:
        store["_csrftoken"] = request.META["CSRF_COOKIE"]
    else:
        cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return token


def read(emit):
    made = options["made"]
    emit("carried", what="signed", **attempt(lambda: read_signed(made["signed"])))
    if made["session"]:
        emit("carried", what="session", **attempt(lambda: read_session(made["cookies"])))
    if made["login"] is not None:
        emit("carried", what="login", **attempt(lambda: read_login(made)))
    if made["csrf"] is not None:
        emit("carried", what="csrf", **attempt(lambda: read_csrf(made)))


def attempt(work):
    """`kept`; or why it is lost; or why that cannot be said, as when the database refuses."""
    try:
        lost = work()
        return {"kept": lost is None, "detail": lost or "", "tried": True}
    except Exception as error:
        from django.db import Error

        return {"kept": False, "detail": say(error), "tried": not isinstance(error, Error)}


def read_signed(signed):
    from django.core import signing

    value = signing.loads(signed, salt="djdev.skew")
    return None if value == {"mark": MARK} else "another value"


def read_session(cookies):
    from django.conf import settings

    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return "the cookie is now called %s" % settings.SESSION_COOKIE_NAME
    if open_session(key).load().get("djdev") != MARK:
        return "the session is empty"
    return None


def read_login(made):
    from django.conf import settings
    from django.contrib import auth
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = open_session(made["cookies"].get(settings.SESSION_COOKIE_NAME))
    path = request.session.get(auth.BACKEND_SESSION_KEY)
    if request.session.get(auth.SESSION_KEY) is None:
        return "the session is empty"
    if path not in settings.AUTHENTICATION_BACKENDS:
        return "%s is no longer in AUTHENTICATION_BACKENDS" % path
    user = auth.get_user(request)
    return None if user.is_authenticated else "the user is not taken as logged in"


def read_csrf(made):
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse, QueryDict
    from django.middleware.csrf import CsrfViewMiddleware

    def view(request):
        return HttpResponse()

    request = HttpRequest()
    request.method = "POST"
    request.COOKIES = dict(made["cookies"])
    request.POST = QueryDict(mutable=True)
    request.POST["csrfmiddlewaretoken"] = made["csrf"]
    if has_middleware("SessionMiddleware"):
        request.session = open_session(made["cookies"].get(settings.SESSION_COOKIE_NAME))
    middleware = CsrfViewMiddleware(view)
    middleware.process_request(request)
    reasons = []
    middleware._reject = lambda request, reason: reasons.append(str(reason)) or HttpResponse()
    if middleware.process_view(request, view, (), {}) is None:
        return None
    return reasons[0] if reasons else "the form is refused"


def read_values(emit):
    """Every value that lies in a cache which several processes share: can this code read it?"""
    from django.conf import settings
    from django.core.cache import caches

    for alias in settings.CACHES:
        try:
            for key, load in list_values(caches[alias]):
                error = None
                try:
                    load()
                except Exception as failure:
                    error = say(failure)
                emit("value", alias=alias, key=key, error=error)
        except Exception as error:
            emit("values-not-read", alias=alias, reason=say(error))


def list_values(cache):
    """Keys and how to read each; nothing for caches that cannot be listed."""
    from django.core.cache.backends.db import DatabaseCache

    if isinstance(cache, DatabaseCache):
        yield from list_rows(cache)
        return
    for client, decode in find_redis(cache):
        for count, key in enumerate(client.scan_iter(count=200)):
            if count >= MOST_VALUES:
                break
            if client.type(key) not in (b"string", "string"):
                continue
            value = client.get(key)
            name = key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)
            yield name, lambda: decode(value)


def list_rows(cache):
    from django.db import connections, router

    alias = router.db_for_read(cache.cache_model_class)
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM %s LIMIT %d"
                       % (connection.ops.quote_name(cache._table), MOST_VALUES))
        rows = cursor.fetchall()
    for key, value in rows:
        yield key, lambda: pickle.loads(base64.b64decode(value.encode()))


def find_redis(cache):
    try:
        from django.core.cache.backends.redis import RedisCache
    except ImportError:
        RedisCache = ()
    if isinstance(cache, RedisCache):
        inner = cache._cache
        yield inner.get_client(), inner._serializer.loads
    elif type(cache).__module__.startswith("django_redis."):
        yield cache.client.get_client(write=False), cache.client.decode


def list_tasks(emit):
    """What a worker of this release takes from the queue, with the arguments it takes."""
    for name in options.get("celery") or []:
        try:
            from celery.app.utils import find_app

            app = find_app(name)
            app.loader.import_default_modules()
            for task in app.tasks.values():
                if not task.name.startswith("celery."):
                    emit("task", name=task.name, **describe_signature(task.run))
        except Exception as error:
            emit("tasks-not-read", reason=say(error))


def describe_signature(function):
    required, optional, takes_any = [], [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            takes_any = True
        elif parameter.default is parameter.empty:
            required.append(parameter.name)
        else:
            optional.append(parameter.name)
    return {"required": required, "optional": optional, "takesAny": takes_any}
