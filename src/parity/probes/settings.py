"""What Django is with these variables: its settings, and the database that they name."""

import ast
import datetime
import decimal
import pathlib


def find_manage():
    for pattern in ("manage.py", "*/manage.py", "*/*/manage.py"):
        for path in sorted(glob.glob(pattern)):
            if not path.startswith((".", "node_modules", "venv")):
                return os.path.abspath(path)
    return None


def choose_settings(manage):
    """As manage.py would: what the environment says, or else what is written there."""
    chosen = os.environ.get("DJANGO_SETTINGS_MODULE")
    if not chosen and manage:
        text = decode(read(manage))
        match = re.search(r"DJANGO_SETTINGS_MODULE['\"]\s*[,\]]\s*=?\s*['\"]([\w.]+)", text)
        chosen = match and match.group(1)
    if chosen:
        os.environ["DJANGO_SETTINGS_MODULE"] = chosen
    return chosen


def describe_settings(values):
    manage = find_manage()
    sys.path[:] = [path for path in sys.path if path != ""]
    sys.path.insert(0, os.path.dirname(manage) if manage else os.getcwd())
    sys.argv = [manage or "django-admin", "check"]
    module = choose_settings(manage)
    if importlib.util.find_spec("django") is None:
        return {"problem": "Django is not installed here"}
    if not module:
        return {"problem": "nothing names a settings module"}
    from django.conf import settings
    try:
        settings.INSTALLED_APPS
        found, origins, places = {}, {}, find_origins(module)
        # Django's defaults as well: where one side sets what the other leaves, they may be equal.
        for name in sorted(name for name in dir(settings) if name.isupper()):
            if settings.is_overridden(name):
                flatten(values, name, getattr(settings, name), found)
                origins[name] = places.get(name, module)
            elif not name.startswith("LANGUAGES") and name not in WITHOUT_DEFAULT:
                flatten(values, name, getattr(settings, name), found, is_default=True)
    except BaseException as error:
        return {"module": module, "problem": describe_failure(error)}
    described = {"module": module, "values": found, "origins": origins}
    import django
    return dict(described, django=django.get_version())


WITHOUT_DEFAULT = ("SETTINGS_MODULE", "SECRET_KEY", "SECRET_KEY_FALLBACKS")


def describe_failure(error):
    """Where an exception came from; its message may hold anything."""
    place, step = "", error.__traceback__
    while step is not None:
        path = step.tb_frame.f_code.co_filename
        if path.startswith(os.getcwd()) and "site-packages" not in path:
            place = " at %s:%d" % (os.path.relpath(path), step.tb_lineno)
        step = step.tb_next
    return "%s%s" % (type(error).__name__, place)


def flatten(values, name, value, found, depth=0, is_default=False):
    if values.is_secret(name, None) and not isinstance(value, (bool, type(None))):
        if not is_default:
            is_text = isinstance(value, str)
            found[name] = values.text(name, value) if is_text else values.secret(value)
    elif isinstance(value, dict) and depth < 6:
        if not value:
            found[name] = {"value": "{}"}
        for key in sorted(value, key=str)[:200]:
            flatten(values, "%s.%s" % (name, values.key(key)), value[key], found,
                    depth + 1, is_default)
    elif isinstance(value, (list, tuple)) and any(isinstance(one, dict) for one in value):
        for index, one in enumerate(value[:50]):
            flatten(values, "%s[%d]" % (name, index), one, found, depth + 1, is_default)
    elif not is_default or isinstance(value, (bool, int, float, str, list, tuple, type(None))):
        described = leaf(values, name, value)
        # The digest of a default tells nothing that Django's version does not.
        if not is_default or "digest" not in json.dumps(described):
            found[name] = described


def leaf(values, name, value):
    if value is None or isinstance(value, (bool, int, float)):
        return {"value": value}
    if isinstance(value, str):
        if name.startswith("INSTALLED_APPS") and values.is_importable(value.split(".")[0]):
            return {"value": str(value)}
        return values.text(name, str(value))
    if isinstance(value, pathlib.PurePath):
        return values.text(name, str(value))
    if isinstance(value, (list, tuple)):
        return {"list": [leaf(values, name, one) for one in value[:300]]}
    if isinstance(value, (set, frozenset)):
        items = [leaf(values, name, one) for one in value]
        return {"list": sorted(items, key=lambda one: json.dumps(one, sort_keys=True))}
    if isinstance(value, (datetime.timedelta, datetime.date, datetime.time, decimal.Decimal)):
        return {"value": str(value)}
    if isinstance(value, re.Pattern):
        return {"digest": values.digest(value.pattern)}
    if isinstance(value, bytes):
        return {"digest": values.digest(repr(value))}
    if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
        return {"value": "%s.%s" % (value.__module__, value.__qualname__)}
    if hasattr(value, "_proxy____cast") or type(value).__name__ == "__proxy__":
        return {"digest": values.digest(str(value))}
    return {"value": "a %s.%s" % (type(value).__module__, type(value).__qualname__)}


def find_origins(module, seen=None, top=None):
    """Setting -> file:line of its last assignment, through `from … import *`."""
    seen = set() if seen is None else seen
    loaded = sys.modules.get(module)
    path = getattr(loaded, "__file__", None)
    if path is None or path in seen or len(seen) > 20:
        return {}
    seen.add(path)
    origins = {}
    try:
        tree = ast.parse(read(path))
    except (SyntaxError, ValueError):
        return {}
    shown = os.path.relpath(path) if path.startswith(os.getcwd() + os.sep) else path
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
            package = loaded.__name__.split(".")
            is_package = os.path.basename(path) == "__init__.py"
            base = package[: len(package) - node.level + int(is_package)] if node.level else []
            name = ".".join(base + ([node.module] if node.module else []))
            for key, place in find_origins(name, seen).items():
                origins.setdefault(key, place)
    for node in ast.walk(tree):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            continue
        for target in targets:
            while isinstance(target, (ast.Subscript, ast.Attribute)):
                target = target.value
            if isinstance(target, ast.Name) and target.id.isupper():
                origins[target.id] = "%s:%d" % (shown, node.lineno)
    return origins


ASKED = ("server_version_num", "server_encoding", "TimeZone", "DateStyle", "IntervalStyle",
         "default_transaction_isolation", "default_transaction_read_only", "statement_timeout",
         "lock_timeout", "idle_in_transaction_session_timeout", "max_connections", "search_path",
         "standard_conforming_strings", "default_text_search_config", "shared_preload_libraries",
         "row_security", "jit", "wal_level", "password_encryption", "bytea_output",
         "max_prepared_transactions", "extra_float_digits", "ssl")


def describe_database():
    """Postgres as the application reaches it: asked in one read-only transaction of five seconds."""
    from django.db import connections

    settings = connections.settings["default"]
    engine = str(settings.get("ENGINE") or "")
    if "postg" not in engine:
        return {"engine": engine}
    options = dict(settings.get("OPTIONS") or {}, connect_timeout=5)
    options.pop("pool", None)
    settings["OPTIONS"] = options
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 5000")
            cursor.execute(
                "SELECT name, reset_val FROM pg_settings WHERE name = ANY(%s)", [list(ASKED)])
            found = dict(cursor.fetchall())
            cursor.execute("SELECT extname, extversion FROM pg_extension ORDER BY 1")
            extensions = dict(cursor.fetchall())
            cursor.execute(
                "SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()")
            collation, character_type = cursor.fetchone()
            cursor.execute("SELECT version()")
            version = cursor.fetchone()[0].split(" on ")[0]
            cursor.execute("ROLLBACK")
    except Exception as error:
        return {"engine": engine, "problem": describe_failure(error)}
    finally:
        connection.close()
    found.update(collation=collation, character_type=character_type)
    return {"engine": engine, "version": version, "settings": found, "extensions": extensions}
