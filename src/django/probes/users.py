# Makes users who are logged in, tells of them, waits, and removes them again.
#
# data      [{"key", "name", "staff", "superuser", "permissions", "fields"}]
# answers   user: key, cookie, value · not-made: key, error · then, when djdev is done:
#           removed: key · not-removed: key, error

import datetime
import decimal
import random
import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model,
)
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction


class NotPossible(Exception):
    pass


def make(wanted):
    model = get_user_model()
    if model._meta.swapped or not model._meta.managed:
        raise NotPossible("the user model %s is not the database's own" % model._meta.label)
    user = model()
    mark = uuid.uuid4().hex[:8]
    for name, value in start_values(model, wanted, mark).items():
        set_value(user, name, value)
    for field in model._meta.concrete_fields:
        if field.name not in wanted["fields"] and needs_value(user, field):
            set_value(user, field.name, invent(field, mark))
    if hasattr(user, "set_unusable_password"):
        user.set_unusable_password()
    with transaction.atomic():
        user.save()
        add_permissions(user, wanted["permissions"])
    return user


def start_values(model, wanted, mark):
    """What a user who may log in has, as far as this model knows of it."""
    names = {field.name for field in model._meta.concrete_fields}
    login = model.USERNAME_FIELD
    field = model._meta.get_field(login)
    unique = "djdev-%s-%s" % ("".join(c for c in wanted["name"] if c.isalnum())[:20], mark)
    values = {"is_active": True, "is_staff": wanted["staff"], "is_superuser": wanted["superuser"]}
    values = {name: value for name, value in values.items() if name in names}
    email = getattr(model, "EMAIL_FIELD", "email")
    if email in names:
        values[email] = "%s@example.com" % unique
    if login not in values:
        values[login] = fit(unique, field) if kind(field) in TEXTS else invent(field, mark)
    for name in wanted["fields"]:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            raise NotPossible("the user model %s has no field %s" % (model._meta.label, name))
    values.update(wanted["fields"])
    return values


def set_value(user, name, value):
    field = user._meta.get_field(name)
    if field.is_relation and not hasattr(value, "_meta"):
        setattr(user, field.attname, value)
    else:
        setattr(user, name, value)


def needs_value(user, field):
    if field.primary_key or field.name == "password" or getattr(field, "generated", False):
        return False
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return False
    value = getattr(user, field.attname)
    if value is None:
        return not field.null
    # A text that a form would ask for; an empty one may also meet a unique index.
    required = field.name in getattr(type(user), "REQUIRED_FIELDS", ())
    return value == "" and (required or field.unique)


TEXTS = ("CharField", "TextField", "SlugField", "EmailField", "URLField")


def kind(field):
    return next((base.__name__ for base in type(field).__mro__
                 if base.__module__.startswith("django.db.models")), "")


def fit(text, field):
    return text if field.max_length is None else text[:field.max_length]


def invent(field, mark):
    choices = [key for key, _ in getattr(field, "flatchoices", None) or [] if key not in ("", None)]
    if choices:
        return choices[0]
    if field.is_relation:
        row = next(iter(field.related_model._base_manager.order_by()[:1]), None)
        if row is None:
            raise NotPossible("%s has no row for %s: give it under `fields`, or make one in "
                              "rehearse.setup" % (field.related_model._meta.label, field.name))
        return row
    name = kind(field)
    now = datetime.datetime.now(datetime.timezone.utc)
    made = {
        "EmailField": "djdev-%s@example.com" % mark, "URLField": "https://example.com/%s" % mark,
        "UUIDField": uuid.uuid4(), "DecimalField": decimal.Decimal(1), "BooleanField": False,
        "DateTimeField": now, "DateField": datetime.date(1990, 1, 1), "TimeField": now.time(),
        "DurationField": datetime.timedelta(seconds=1), "JSONField": {}, "FloatField": 1.0,
        "GenericIPAddressField": "198.18.0.1", "BinaryField": b"djdev",
    }.get(name)
    if made is None and name in TEXTS:
        made = "djdev-%s" % mark
    if made is None and name.endswith("IntegerField"):
        made = random.randint(1, 30000)
    if made is None:
        raise NotPossible("no value could be made up for %s: give it under `fields`" % field.name)
    return fit(made, field) if isinstance(made, str) else made


def add_permissions(user, names):
    if not names:
        return
    from django.contrib.auth.models import Permission

    for name in names:
        app, _, codename = name.partition(".")
        found = Permission.objects.filter(content_type__app_label=app, codename=codename).first()
        if found is None:
            raise NotPossible("there is no permission %s" % name)
        user.user_permissions.add(found)


def log_in(user):
    """What django.contrib.auth.login keeps in a session, without its signals."""
    engine = import_module(settings.SESSION_ENGINE)
    check_shared(settings.SESSION_ENGINE)
    session = engine.SessionStore()
    session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[BACKEND_SESSION_KEY] = choose_backend()
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session


def check_shared(engine):
    """A session in this process's own memory is not the server's."""
    if engine != "django.contrib.sessions.backends.cache":
        return
    backend = settings.CACHES[settings.SESSION_CACHE_ALIAS]["BACKEND"]
    if backend.endswith((".LocMemCache", ".DummyCache")):
        raise NotPossible("sessions are kept in %s, which processes do not share" % backend)


def choose_backend():
    usual = "django.contrib.auth.backends.ModelBackend"
    backends = settings.AUTHENTICATION_BACKENDS
    return usual if usual in backends else backends[0]


def one_line(error):
    # Without DETAIL, which quotes the row.
    return " ".join(str(error).split("\n")[0].split())[:300]


def describe(error):
    return one_line(error) if isinstance(error, NotPossible) else "%s: %s" % (
        type(error).__name__, one_line(error))


made = []
for wanted in data:
    user = None
    try:
        user = make(wanted)
        session = log_in(user)
    except Exception as error:
        answer(type="not-made", key=wanted["key"], error=describe(error))
        if user is not None and user.pk is not None:
            user.delete()
        continue
    made.append((wanted["key"], user, session))
    answer(type="user", key=wanted["key"], cookie=settings.SESSION_COOKIE_NAME,
           value=session.session_key)
answer(type="ready")
wait()
for key, user, session in made:
    try:
        session.delete()
        user.delete()
        answer(type="removed", key=key)
    except Exception as error:
        answer(type="not-removed", key=key, error=describe(error))
answer(type="done")
