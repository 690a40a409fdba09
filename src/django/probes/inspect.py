"""Probe: what the project is with these settings. Runs where manage.py would run a command.

Events: stage (what is being done, so that an error can be placed), facts, static, checks, changes,
practice, logging, pages, templates, environment, writable, assets. From practice on they are in practice.py
and walk.py, which follow in the same text. Options: variables and command, for environment.
"""

import os
import sys


def install(emit):
    from django.core.management import ManagementUtility

    def execute(utility):
        inspect(emit)
        # Everything has been said, and nothing was changed that would have to be closed with care:
        # taking the interpreter apart would only take its time (40 ms for a small project).
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    ManagementUtility.execute = execute


def inspect(emit):
    import django
    from django.conf import settings

    emit("stage", name="settings")
    settings.INSTALLED_APPS
    emit("stage", name="setup")
    django.setup()
    for name, look in (("facts", facts), ("static", static), ("checks", checks),
                       ("changes", changes), ("practice", practice),
                       ("logging", visible_errors), ("pages", pages), ("templates", templates),
                       ("environment", environment), ("writable", writable), ("assets", assets)):
        emit("stage", name=name)
        try:
            emit(name, **look(settings))
        except Exception as error:
            emit.error(error, stage=name)


def facts(settings):
    import django
    from django.apps import apps
    from django.db import connections

    return {
        "django": django.get_version(),
        "python": "%d.%d.%d" % sys.version_info[:3],
        "settingsModule": os.environ.get("DJANGO_SETTINGS_MODULE", ""),
        "debug": bool(settings.DEBUG),
        "databases": [database(alias, connections.settings[alias]) for alias in connections],
        "staticRoot": text_or_none(settings.STATIC_ROOT),
        "staticUrl": text_or_none(settings.STATIC_URL),
        "staticfiles": apps.is_installed("django.contrib.staticfiles"),
        "whitenoise": serves_collected(settings),
        "allowedHosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "secureSslRedirect": bool(settings.SECURE_SSL_REDIRECT),
        "rootUrlconf": str(getattr(settings, "ROOT_URLCONF", "")),
    }


def serves_collected(settings):
    """WhiteNoise is among the middleware, and serves STATIC_ROOT rather than what finders find."""
    installed = any("whitenoise" in name.lower() for name in settings.MIDDLEWARE)
    return installed and not getattr(settings, "WHITENOISE_USE_FINDERS", settings.DEBUG)


def database(alias, values):
    # The password never leaves the container, nor does OPTIONS, which may hold one.
    return {
        "alias": alias,
        "engine": str(values.get("ENGINE") or ""),
        "host": str(values.get("HOST") or ""),
        "name": str(values.get("NAME") or ""),
    }


def text_or_none(value):
    return None if value in (None, "") else str(value)


def static(settings):
    """The storage and what lies in STATIC_ROOT before anything was collected here."""
    from django.apps import apps

    if not apps.is_installed("django.contrib.staticfiles"):
        return {"storage": None}
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.core.files.storage import FileSystemStorage
    from django.utils.functional import empty

    staticfiles_storage._wrapped is empty and staticfiles_storage._setup()
    storage = staticfiles_storage._wrapped
    found = {
        "storage": "%s.%s" % (type(storage).__module__, type(storage).__qualname__),
        "local": isinstance(storage, FileSystemStorage),
        "hashed": hasattr(storage, "hashed_files"),
        "root": None, "files": 0, "bytes": 0, "manifest": None,
        "expected": 0, "missing": [], "missingCount": 0,
    }
    if found["local"] and storage.base_location:
        found["root"] = storage.location
        found["files"], found["bytes"] = tree(storage.location)
        if hasattr(storage, "manifest_name"):
            found["manifest"] = manifest(storage)
        found.update(missing(storage, found["manifest"]))
    return found


def tree(top):
    files = size = 0
    for directory, _, names in os.walk(top):
        for name in names:
            if name not in (".gitkeep", ".gitignore", ".keep"):
                files += 1
                size += os.lstat(os.path.join(directory, name)).st_size
    return files, size


def manifest(storage):
    """Whether the manifest is there, and which of its files are not."""
    where = getattr(storage, "manifest_storage", None) or storage
    if not where.exists(storage.manifest_name):
        return {"name": storage.manifest_name, "exists": False}
    entries = storage.hashed_files
    gone = sorted(name for name, hashed in entries.items() if not storage.exists(hashed))
    return {
        "name": storage.manifest_name, "exists": True, "entries": len(entries),
        "gone": gone[:20], "goneCount": len(gone),
    }


def missing(storage, manifest):
    """What collectstatic would collect, and what of it is not in STATIC_ROOT."""
    from django.apps import apps
    from django.contrib.staticfiles.finders import get_finders

    ignored = getattr(apps.get_app_config("staticfiles"), "ignore_patterns", ["CVS", ".*", "*~"])
    expected = {
        os.path.join(getattr(source, "prefix", None) or "", path).replace("\\", "/")
        for finder in get_finders() for path, source in finder.list(ignored)
    }
    # A storage may keep the hashed files only, so that the manifest knows best.
    if manifest and manifest["exists"]:
        absent = expected - {storage.clean_name(name) for name in storage.hashed_files}
    else:
        absent = {path for path in expected if not storage.exists(path)}
    return {
        "expected": len(expected), "missing": sorted(absent)[:20], "missingCount": len(absent),
    }


def checks(settings):
    from django.core.checks import run_checks

    return {"messages": [
        {
            "id": str(message.id or ""), "level": message.level, "text": str(message.msg),
            "hint": str(message.hint or ""),
            "object": "" if message.obj is None else label(message.obj),
        }
        for message in run_checks(include_deployment_checks=True)
        if not message.is_silenced()
    ]}


def label(subject):
    name = getattr(getattr(subject, "_meta", None), "label", None)
    return name if isinstance(name, str) else str(subject)


def changes(settings):
    """What `makemigrations --check` finds, without its look at the database."""
    from django.apps import apps
    from django.core.management import get_commands, load_command_class
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
    from django.db.migrations.state import ProjectState

    app = get_commands()["makemigrations"]
    command = load_command_class(app, "makemigrations") if isinstance(app, str) else app
    detector = getattr(command, "autodetector", MigrationAutodetector)
    loader = MigrationLoader(None, ignore_no_migrations=True)
    conflicts = loader.detect_conflicts()
    if conflicts:
        return {"missing": [], "conflicts": [
            {"app": app, "names": sorted(names)} for app, names in sorted(conflicts.items())
        ]}
    class Questioner(NonInteractiveMigrationQuestioner):
        # A new field without a default: makemigrations would end here, and it is a change all the same.
        def ask_not_null_addition(self, field_name, model_name):
            return None

        ask_not_null_alteration = ask_not_null_addition

        def log_info(self, message):
            pass

    questioner = Questioner(specified_apps=None, dry_run=True)
    found = detector(
        loader.project_state(), ProjectState.from_apps(apps), questioner
    ).changes(graph=loader.graph)
    return {"conflicts": [], "missing": [
        {
            "app": app, "name": migration.name, "own": is_own(app_file(apps, app)),
            "operations": [operation.describe() for operation in migration.operations],
        }
        for app, migrations in sorted(found.items()) for migration in migrations
    ]}


def app_file(apps, label):
    return os.path.join(apps.get_app_config(label).path, "__init__.py")
