"""What the leaf knows of Django: its URLconf, its templates, and the page that shows a failure."""

import contextvars
import os
import sys

from djdev_reload import failure

# What a debugger has opened for the request that runs; each ends with it.
sessions = contextvars.ContextVar("djdev_sessions", default=None)


def settings():
    """Django's settings when the application has loaded them."""
    conf = sys.modules.get("django.conf")
    if conf is None or not conf.settings.configured:
        return None
    return conf.settings


def load_urlconf():
    """Imports what Django imports with the first request: urls, views, forms."""
    current = settings()
    if current is None or not getattr(current, "ROOT_URLCONF", None):
        return
    from django.urls import get_resolver

    get_resolver().url_patterns


def folders():
    """Where templates and static files lie, and what it takes to have an edited one served."""
    current = settings()
    found = {"templates": [], "static": [], "static_needs": "nothing"}
    if current is None:
        return found
    found["static_needs"] = static_needs(current)
    try:
        from django.template.autoreload import get_template_directories

        found["templates"] = sorted(map(real, get_template_directories()))
        from django.contrib.staticfiles.finders import get_finders

        for finder in get_finders():
            for storage in getattr(finder, "storages", {}).values():
                found["static"].append(real(storage.location))
    except Exception:
        pass  # an older Django, or no staticfiles: such edits get a new leaf
    return found


def static_needs(current):
    """`nothing`: it is read at each request. `warm`: WhiteNoise looks for it when it is loaded.

    `collectstatic`: what is served is a copy, in STATIC_ROOT.
    """
    debug = bool(current.DEBUG)
    if not any("whitenoise" in name for name in current.MIDDLEWARE):
        return "nothing" if debug else "collectstatic"
    finds = getattr(current, "WHITENOISE_USE_FINDERS", debug)
    if not finds or (hashes_names(current) and not debug):
        return "collectstatic"
    return "nothing" if getattr(current, "WHITENOISE_AUTOREFRESH", debug) else "warm"


def hashes_names(current):
    """Whether pages name static files by what collectstatic found in them."""
    storages = getattr(current, "STORAGES", {})
    backend = storages.get("staticfiles", {}).get("BACKEND", "") or getattr(
        current, "STATICFILES_STORAGE", "")
    return "Manifest" in backend


def real(path):
    return os.path.realpath(os.path.join(os.getcwd(), str(path)))


def forget_templates():
    """As Django's own reloader does it: templates and translations are read again."""
    if settings() is None:
        return
    from django.template.autoreload import reset_loaders

    reset_loaders()
    translation = sys.modules.get("django.utils.translation.trans_real")
    if translation is not None:
        import gettext

        from asgiref.local import Local

        gettext._translations = {}
        translation._translations = {}
        translation._default = None
        translation._active = Local()


def wrap_wsgi(application, leaf):
    shows = leaf.broken or bool(getattr(settings(), "DEBUG", False))
    learned = []

    def respond(environ, start_response):
        text = leaf.board.read() if shows else None
        if text is not None and (leaf.broken or wants_page(wsgi_headers(environ))):
            body = failure.page(text, kept=not leaf.broken)
            headers = [("Content-Type", "text/html; charset=utf-8"),
                       ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
            start_response("500 Internal Server Error", headers)
            return [body]
        opened = []
        sessions.set(opened)
        answer = application(environ, start_response)
        for session in opened:
            session.end()
        if not learned:
            learned.append(True)
            leaf.learn()
        return answer

    return respond


def wsgi_headers(environ):
    return (
        environ.get("REQUEST_METHOD", ""),
        environ.get("HTTP_SEC_FETCH_DEST", ""),
        environ.get("HTTP_ACCEPT", ""),
    )


def wants_page(asked):
    """Whether a person looks at the answer: a browser that opens a page, not its images or calls."""
    method, destination, accept = asked
    if method not in ("GET", "HEAD", "POST"):
        return False
    if destination:
        return destination in ("document", "iframe")
    return "text/html" in accept


def wrap_asgi(application, leaf):
    shows = leaf.broken or bool(getattr(settings(), "DEBUG", False))
    learned = []

    async def respond(scope, receive, send):
        if scope["type"] == "lifespan" and leaf.broken:
            return await live(receive, send)
        if scope["type"] != "http":
            return await application(scope, receive, send)
        text = leaf.board.read() if shows else None
        if text is not None and (leaf.broken or wants_page(asgi_headers(scope))):
            return await answer_with(failure.page(text, kept=not leaf.broken), send)

        async def closing(message):
            # A kept-alive connection would go on being answered by this process, with old code.
            if message["type"] == "http.response.start":
                headers = [pair for pair in message.get("headers", ()) if pair[0] != b"connection"]
                message = dict(message, headers=headers + [(b"connection", b"close")])
            await send(message)

        opened = []
        sessions.set(opened)
        await application(scope, receive, closing)
        for session in opened:
            session.end()
        if not learned:
            learned.append(True)
            leaf.learn()

    return respond


async def live(receive, send):
    """The lifespan of no application."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


def asgi_headers(scope):
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return scope["method"], headers.get(b"sec-fetch-dest", ""), headers.get(b"accept", "")


async def answer_with(body, send):
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"connection", b"close"),
               (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
