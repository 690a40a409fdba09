"""Part of the runner: the Python to run in, and what it imports before the first request."""

import importlib
import os
import sys

# What nearly every Django process imports and what needs no settings. Project code and
# third-party apps are left out: some of them read settings, or start threads, when imported.
WARM_MODULES = """
django.apps django.conf django.core.checks django.core.checks.messages django.core.mail
django.core.management django.core.management.base django.core.management.color
django.core.management.commands.check django.core.management.commands.makemigrations
django.core.management.commands.migrate django.core.management.sql
django.core.serializers django.core.validators django.core.paginator django.core.signing
django.core.cache django.core.files.storage django.core.handlers.wsgi django.core.handlers.asgi
django.db django.db.models django.db.backends.postgresql.base django.db.backends.sqlite3.base
django.db.migrations.autodetector django.db.migrations.executor django.db.migrations.loader
django.db.migrations.questioner django.db.migrations.writer
django.forms django.http django.middleware.common django.middleware.csrf
django.middleware.security django.template django.template.backends.django
django.template.loader_tags django.template.defaulttags django.template.defaultfilters
django.templatetags.static django.test.signals django.urls django.utils.autoreload
django.utils.log django.utils.module_loading django.utils.translation.trans_real
django.views.csrf django.views.debug django.views.defaults django.views.generic
django.views.static django.contrib.admin.apps django.contrib.admin.checks
django.contrib.admin.sites django.contrib.auth.apps django.contrib.auth.checks
django.contrib.auth.hashers django.contrib.auth.password_validation
django.contrib.contenttypes.apps django.contrib.contenttypes.checks
django.contrib.messages.apps django.contrib.messages.context_processors
django.contrib.messages.middleware django.contrib.sessions.apps
django.contrib.sessions.middleware django.contrib.staticfiles.apps
django.contrib.staticfiles.finders django.contrib.staticfiles.storage
django.contrib.staticfiles.management.commands.collectstatic
logging.config email.mime.text ssl
""".split()

# Where an interpreter with Django lies when the one on PATH has none.
INTERPRETERS = [".venv/bin/python", "venv/bin/python", "../.venv/bin/python",
                "/.venv/bin/python", "/venv/bin/python", "/opt/venv/bin/python",
                "/opt/.venv/bin/python"]


def import_django():
    """The version of Django, with WARM_MODULES imported; None when there is no Django."""
    settings = os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        import django
    except ImportError:
        return None
    else:
        for name in WARM_MODULES:
            try:
                importlib.import_module(name)
            except Exception:
                pass  # another version of Django, or a driver that is not installed
        return django.get_version()
    finally:
        if settings is not None:
            os.environ["DJANGO_SETTINGS_MODULE"] = settings


def use_other_interpreter(requests, answers):
    """Becomes an interpreter that is not on PATH, as in `CMD [".venv/bin/gunicorn", ...]`."""
    if os.environ.get("DJDEV_RUNNER_MOVED"):
        return
    candidates = list(INTERPRETERS)
    if os.environ.get("VIRTUAL_ENV"):
        candidates.insert(0, os.path.join(os.environ["VIRTUAL_ENV"], "bin", "python"))
    for candidate in candidates:
        # Not realpath: a virtual environment's python is a link to the one outside of it.
        path = os.path.abspath(candidate)
        if os.access(path, os.X_OK) and path != sys.executable:
            with open("/proc/self/cmdline", "rb") as line:
                arguments = line.read().split(b"\0")[1:-1]
            os.dup2(requests, 0)
            os.dup2(answers, 1)
            os.environ["DJDEV_RUNNER_MOVED"] = "1"
            os.execv(path, [os.fsencode(path)] + arguments)


def find_manage():
    """The nearest manage.py at or below the working directory, at most two levels down."""
    for level in range(3):
        for directory, names in directories(os.getcwd(), level):
            if "manage.py" in names:
                return os.path.join(directory, "manage.py")
    return None


def directories(top, level):
    try:
        entries = sorted(os.scandir(top), key=lambda entry: entry.name)
    except OSError:
        return
    if level == 0:
        yield top, [entry.name for entry in entries]
        return
    for entry in entries:
        skipped = entry.name.startswith(".") or entry.name in ("node_modules", "venv", "env")
        if not skipped and entry.is_dir(follow_symlinks=False):
            yield from directories(entry.path, level - 1)
