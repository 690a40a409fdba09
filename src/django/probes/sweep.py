"""Probe: does every model of this code work on the schema that the database has?

For each managed model: SELECT one row, INSERT a copy of it, INSERT with only what is required,
UPDATE all columns, DELETE. Each in a savepoint that is rolled back, with all constraints immediate.
Neither signals nor the application's save() and delete() run.

Option `alias`: of the database. Events: swept (one a model), sweep-ended.
"""

import datetime
import decimal
import os
import random
import sys
import uuid


def install(emit):
    from django.core.management import ManagementUtility

    def execute(utility):
        import django

        django.setup()
        sweep(emit, options.get("alias") or "default")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    ManagementUtility.execute = execute


class RolledBack(Exception):
    """Leaves a savepoint without keeping what was done in it."""


class NotSwept(Exception):
    """There is no row, and none could be made: nothing is known about this operation."""


def sweep(emit, alias):
    from django.apps import apps
    from django.db import connections, router, transaction

    connection = connections[alias]
    uniques = read_uniques(connection)
    models = [
        model for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
        and router.allow_migrate_model(alias, model)
    ]
    for model in models:
        try:
            with transaction.atomic(using=alias):
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET LOCAL statement_timeout = '20s'")
                    cursor.execute("SET LOCAL lock_timeout = '5s'")
                emit("swept", model=model._meta.label, table=model._meta.db_table,
                     **Sweep(model, alias, uniques).run())
                raise RolledBack
        except RolledBack:
            pass
    emit("sweep-ended", models=len(models))


def read_uniques(connection):
    """Table -> the columns of each unique or exclusion index that the database really has."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT t.relname, array_agg(DISTINCT a.attname::text)
              FROM pg_index i
              JOIN pg_class t ON t.oid = i.indrelid
              LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p','u','x')
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND (
                   a.attnum = ANY (i.indkey::int2[])
                   OR EXISTS (SELECT 1 FROM pg_depend d
                               WHERE d.objid IN (i.indexrelid, c.oid) AND d.refobjid = t.oid
                                 AND d.refobjsubid = a.attnum))
             WHERE (i.indisunique OR i.indisexclusion) AND pg_table_is_visible(t.oid)
             GROUP BY t.relname, i.indexrelid""")
        for table, columns in cursor.fetchall():
            found.setdefault(table, []).append(sorted(columns))
    return found


class Sweep:
    """The five operations on one model."""

    def __init__(self, model, alias, uniques):
        self.model = model
        self.alias = alias
        self.rows = Rows(alias, uniques)
        self.failures = []
        self.skipped = []

    def run(self):
        self.attempt("select", self.select)
        self.attempt("insert", self.insert)
        self.attempt("insert-required", self.insert_required)
        self.attempt("update", self.update)
        self.attempt("delete", self.delete)
        return {"failures": self.failures, "skipped": self.skipped}

    def attempt(self, operation, work):
        from django.db import Error, transaction

        try:
            with transaction.atomic(using=self.alias):
                work()
                raise RolledBack
        except RolledBack:
            pass
        except Error as error:
            if is_ours(operation, error):
                self.skip(operation, error)
            else:
                self.failures.append({
                    "operation": operation, "error": one_line(error), "sqlstate": sqlstate(error),
                })
        except NotSwept as error:
            self.skip(operation, error)
        except Exception as error:  # a field that no value could be made for, code of the project
            self.skip(operation, "%s: %s" % (type(error).__name__, one_line(error)))

    def skip(self, operation, reason):
        self.skipped.append({"operation": operation, "reason": one_line(reason)})

    def select(self):
        self.rows.first(self.model)

    def insert(self):
        self.rows.copy(self.row())

    def insert_required(self):
        self.rows.create(self.model)

    def update(self):
        row = self.row()
        values = {field.name: getattr(row, field.attname) for field in columns(self.model)
                  if not field.primary_key}
        if values:
            self.rows.query(self.model).filter(pk=row.pk).update(**values)

    def delete(self):
        from django.db import Error

        try:
            # A copy: nobody refers to it, so that nothing but the statement itself can fail.
            copied = self.rows.copy(self.row())
        except Error as error:
            raise NotSwept("there is no row to delete: %s" % one_line(error))
        self.rows.query(self.model).filter(pk=copied.pk)._raw_delete(self.alias)

    def row(self):
        """A row to work on: one that is there, else one that is made."""
        from django.db import Error, transaction

        row = self.rows.first(self.model)
        if row is not None:
            return row
        try:
            with transaction.atomic(using=self.alias):
                return self.rows.create(self.model)
        except Error as error:
            raise NotSwept("the table is empty and takes no made-up row: %s" % one_line(error))


class Rows:
    """Makes rows that fit the unique indexes of the live schema."""

    def __init__(self, alias, uniques):
        self.alias = alias
        self.uniques = uniques

    def query(self, model):
        return model._base_manager.using(self.alias).order_by()

    def first(self, model):
        # Not first(): that orders, and a big table has no time for it.
        return next(iter(self.query(model)[:1]), None)

    def copy(self, row, depth=0):
        model = type(row)
        copied = model()
        fresh = self.fresh_columns(model)
        for field in columns(model):
            value = getattr(row, field.attname)
            if field.column in fresh:
                value = self.fresh(model, field, value, depth)
            setattr(copied, field.attname, value)
        return self.insert(copied)

    def create(self, model, depth=0):
        """A row with the defaults of the model, and a value only where there has to be one."""
        made = model()
        sample = self.first(model)
        fresh = self.fresh_columns(model)
        for field in columns(model):
            if field.primary_key and is_automatic(field):
                continue
            value = getattr(made, field.attname)
            if is_required(field, value):
                value = None if sample is None else getattr(sample, field.attname)
                if value is None:
                    value = self.invent(field, depth)
                elif field.column in fresh:
                    value = self.fresh(model, field, value, depth)
            elif field.column in fresh and is_plain(value):
                value = self.fresh(model, field, value, depth)
            setattr(made, field.attname, value)
        return self.insert(made)

    def insert(self, row):
        model = type(row)
        key = model._meta.pk
        fields = [field for field in columns(model)
                  if field is not key or getattr(row, key.attname) is not None]
        for field in columns(model):
            if field is key and is_automatic(field):
                setattr(row, field.attname, None)
                fields = [other for other in fields if other is not field]
        manager = model._base_manager
        try:
            returned = manager._insert([row], fields=fields, using=self.alias,
                                       returning_fields=[key])
            value = returned[0][0] if returned else None
        except TypeError:
            value = manager._insert([row], fields=fields, using=self.alias, return_id=True)
        if getattr(row, key.attname) is None:
            setattr(row, key.attname, value)
        return row

    def fresh_columns(self, model):
        """One column of each unique index, the one that is easiest to give another value."""
        by_column = {field.column: field for field in columns(model)}
        chosen = set()
        for names in self.uniques.get(model._meta.db_table, []):
            candidates = [by_column[name] for name in names if name in by_column]
            if candidates and not any(field.column in chosen for field in candidates):
                chosen.add(min(candidates, key=difficulty).column)
        return chosen

    def fresh(self, model, field, value, depth):
        if field.is_relation:
            return self.related(field, value, depth)
        made = another(field, value, lambda: self.greatest(model, field))
        if made is None:
            raise NotSwept("no other value could be made for %s" % field.name)
        return made

    def greatest(self, model, field):
        from django.db.models import Max

        return self.query(model).aggregate(value=Max(field.attname))["value"]

    def related(self, field, value, depth):
        """The key of a row that nobody refers to yet."""
        from django.db import Error

        if depth > 4:
            raise NotSwept("%s leads too far" % field.name)
        model = field.related_model
        try:
            row = self.first(model) if value is None else next(iter(self.query(model).filter(
                **{field.target_field.attname: value})[:1]), None)
            made = self.create(model, depth + 1) if row is None else self.copy(row, depth + 1)
        except Error as error:
            # That is said of the other model.
            raise NotSwept("%s has no row to refer to: %s" % (model._meta.label, one_line(error)))
        return getattr(made, field.target_field.attname)

    def invent(self, field, depth):
        if field.is_relation:
            row = self.first(field.related_model)
            if row is None or field.unique:
                return self.related(field, None, depth)
            return getattr(row, field.target_field.attname)
        value = invented(field)
        if value is None:
            raise NotSwept("no value could be made for %s" % field.name)
        return value


def columns(model):
    """What INSERT and UPDATE of this model name: generated columns are the database's."""
    return [field for field in model._meta.local_concrete_fields
            if not getattr(field, "generated", False)]


def is_automatic(field):
    """The database gives the key."""
    return type(field).__name__.endswith("AutoField") or bool(has_db_default(field))


def has_db_default(field):
    from django.db.models import NOT_PROVIDED

    return getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED


def is_required(field, value):
    if value is None:
        return not field.null and not has_db_default(field) and not makes_own_value(field)
    # Django fills in '' where a text has no default; a form would not.
    return value == "" and not field.blank and not field.has_default()


def makes_own_value(field):
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def is_plain(value):
    return value is not None and not hasattr(value, "resolve_expression")


TEXTS = ("CharField", "TextField", "SlugField", "EmailField", "URLField", "FileField",
         "ImageField", "FilePathField", "CICharField", "CIEmailField", "CITextField")
INTEGERS = ("IntegerField", "BigIntegerField", "SmallIntegerField", "PositiveIntegerField",
            "PositiveSmallIntegerField", "PositiveBigIntegerField", "AutoField", "BigAutoField",
            "SmallAutoField")


def kind(field):
    """The name of Django's own field class that a field is, or is made from."""
    return next((base.__name__ for base in type(field).__mro__
                 if base.__module__.startswith("django.db.models")), "")


def difficulty(field):
    name = kind(field)
    if field.primary_key:
        return 0
    if name == "UUIDField" or name in TEXTS and (field.max_length or 99) >= 12:
        return 1
    if name in INTEGERS or name in ("DateTimeField", "DateField", "DecimalField", "FloatField"):
        return 2
    return 4 if field.is_relation else 3


def another(field, value, greatest):
    """A value like `value` that no other row has; None where that is not known."""
    name = kind(field)
    mark = uuid.uuid4().hex
    if name == "UUIDField":
        return uuid.uuid4()
    if name in TEXTS:
        return fit("%s-%s" % (mark[:10], str(value)), field.max_length)
    if name in INTEGERS:
        limit = 32767 if "Small" in name else 2147483647 if "Big" not in name else 2 ** 62
        highest = greatest() or 0
        return highest + 1 if highest < limit else random.randint(1, limit)
    if name == "DecimalField":
        step = decimal.Decimal(1).scaleb(-(field.decimal_places or 0))
        return (greatest() or decimal.Decimal(0)) + step
    if name == "FloatField":
        return (greatest() or 0.0) + 1.0
    if name == "DateTimeField":
        return value - datetime.timedelta(days=40000, microseconds=random.randint(1, 10 ** 6))
    if name == "DateField":
        return value - datetime.timedelta(days=random.randint(40000, 400000))
    if name == "BooleanField":
        return not value
    if name == "JSONField":
        return {"djdev": mark}
    if name == "BinaryField":
        return mark.encode()
    if name == "GenericIPAddressField":
        return "198.18.%d.%d" % (random.randint(0, 255), random.randint(0, 255))
    return None


def fit(text, length):
    return text if length is None else text[:length]


def invented(field):
    """Some value for a column that must have one."""
    choices = [key for key, _ in getattr(field, "flatchoices", None) or []]
    if choices:
        return choices[0]
    name = kind(field)
    mark = uuid.uuid4().hex
    if name == "EmailField":
        return fit("djdev-%s@example.com" % mark[:10], field.max_length)
    if name == "URLField":
        return "https://example.com/%s" % mark[:10]
    if name in TEXTS:
        return fit("djdev-%s" % mark[:10], field.max_length)
    if name in INTEGERS or name == "FloatField":
        return random.randint(1, 30000)
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "UUIDField": uuid.uuid4(), "DecimalField": decimal.Decimal(1), "BooleanField": False,
        "DateTimeField": now, "DateField": now.date(), "TimeField": now.time(),
        "DurationField": datetime.timedelta(seconds=1), "JSONField": {}, "BinaryField": b"djdev",
        "GenericIPAddressField": "198.18.0.1", "ArrayField": [], "HStoreField": {},
    }.get(name) if name else ([] if type(field).__name__ == "ArrayField" else None)


def sqlstate(error):
    cause = error.__cause__ or error
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)


def is_ours(operation, error):
    """Values that the sweep made up do not fit: says nothing about the schema."""
    state = sqlstate(error) or ""
    if operation == "update":
        return False
    return state in ("23505", "23P01", "23514", "P0001", "57014") or state.startswith("22")


def one_line(error):
    """Without DETAIL, which quotes the row: what tables hold does not belong into a report."""
    return " ".join(str(error).split("\n")[0].split())[:300]
