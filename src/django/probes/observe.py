"""Part of the migrate probe: watches the sessions that migrate, from inside.

Option `observe`: three statements of SQL, each with one text as its answer, and the database they
are for. `state` is asked after each statement, inside its transaction and on a cursor of the
driver, so that no wrapper sees it; `baseline` before the first statement of a transaction where
counts of an earlier one may be left; after a migration that locked tables `catalog`, about these
tables, or `catalogs`, about all. The answers are passed on. Without `state` there are no tables yet that anybody could wait for:
only times are taken.

Events: `observed` with the steps of a migration (transaction-began, statement, transaction-ended),
in one piece because each event takes its way through several processes; catalog.
"""

import json
import re
import time

QUIET = re.compile(r"\s*(?:SHOW|SAVEPOINT|RELEASE|ROLLBACK)\b[^;]*;?\s*$", re.I)
# Django looks up names of constraints in the catalog.
LOOKUP = re.compile(r"\s*SELECT\b[^;]*\b(?:pg_\w+|information_schema)\b[^;]*;?\s*$", re.I)
BOOKKEEPING = re.compile(
    r'\s*(?:INSERT INTO|DELETE FROM|CREATE TABLE) "(?:django_migrations|django_content_type|auth_permission)"'
)
DATA = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|WITH)\b", re.I)
# What ends or refuses a transaction around it.
BARE = re.compile(
    r"\b(?:CONCURRENTLY|VACUUM|BEGIN|START|COMMIT|END|ROLLBACK|ABORT|CALL|SYSTEM|DATABASE)\b", re.I
)
LOCKED = re.compile(r"\b(?:ShareLock|ShareRowExclusiveLock|ExclusiveLock|AccessExclusiveLock)\b")
# Changes of more than the tables that are locked.
WIDE = re.compile(r"\b(?:TYPE|SCHEMA|VIEW|DOMAIN|RENAME|PARTITION|INHERIT|DO|CALL)\b", re.I)
# Rows written one by one: asking after each would take as long as writing it.
ASKED_TIMES = 3


class Observer:
    def __init__(self, emit, texts):
        self.emit = emit
        self.texts = texts
        self.operations = []  # of the running migration: None between migrations
        self.running = False
        self.operation = None  # index
        self.later = []  # (deferred statement, index of its operation)
        self.deferred = False
        self.began = False
        self.stale = not texts["flushes"]  # counts of an earlier transaction may be left
        self.touched = set()  # oids of tables that this migration locked
        self.wide = False  # whether it may have changed others, too
        self.pending = None
        self.asked = {}
        self.steps = []

    def note(self, type, **data):
        self.steps.append(dict(data, type=type))

    def listen(self):
        from django.db.backends.signals import connection_created
        connection_created.connect(self.meet, weak=False)

    def meet(self, connection, **_):
        values = connection.settings_dict
        place = (str(values.get("HOST") or ""), str(values.get("NAME") or ""))
        known = (self.texts["host"], self.texts["name"])
        if connection.vendor != "postgresql" or place != known:
            return
        if getattr(connection, "djdev_observed", False):
            return
        connection.djdev_observed = True

        def wrap(execute, sql, params, many, context):
            if not self.running:
                return execute(sql, params, many, context)
            run = lambda: execute(sql, params, many, context)  # noqa: E731
            return self.statement(context["connection"], sql, run)

        connection.execute_wrappers.append(wrap)
        for how in ("commit", "rollback"):
            self.wrap_end(connection, how)

    def wrap_end(self, connection, how):
        end = getattr(connection, "_" + how)

        def ended():
            if how == "commit":
                self.flush(connection)
            self.pending = None
            started = now()
            try:
                result = end()
            except BaseException as error:
                self.tell(connection, "COMMIT", started, now() - started, failure=error)
                self.close("rollback")
                raise
            self.close(how)
            return result

        setattr(connection, "_" + how, ended)

    def close(self, how):
        if self.began:
            self.note("transaction-ended", at=now(), how=how)
        self.began = False
        self.asked = {}

    def statement(self, connection, sql, run):
        text = sql if isinstance(sql, str) else str(sql)
        if QUIET.match(text) or BOOKKEEPING.match(text) or LOOKUP.match(text):
            return run()
        is_data = DATA.match(text) is not None
        pending = self.pending
        repeats = is_data and pending is not None and pending["sql"] == text
        if not repeats:
            # What was read and written until now is not the work of a change of the schema.
            self.flush(connection, surely=not is_data)
        inside = connection.in_atomic_block or not connection.get_autocommit()
        if not self.texts["state"]:
            return self.timed(connection, text, run, inside, is_data)
        if inside:
            self.begin(connection)
            return self.timed(connection, text, run, True, is_data)
        return self.alone(connection, text, run, is_data)

    def timed(self, connection, text, run, inside, is_data):
        """Runs it; tells of it at once, or with the same statements that follow."""
        started = now()
        try:
            result = run()
        except BaseException as error:
            self.tell(connection, text, started, now() - started, inside=inside, failure=error)
            raise
        ms = now() - started
        if is_data:
            if self.pending is None:
                self.pending = {"sql": text, "started": started, "ms": 0, "times": 0,
                                "inside": inside, "operation": self.operation}
            self.pending["ms"] += ms
            self.pending["times"] += 1
        else:
            self.tell(connection, text, started, ms, inside=inside, ask=True)
        return result

    def flush(self, connection, surely=False):
        pending, self.pending = self.pending, None
        if pending is None:
            return
        text = pending["sql"]
        self.asked[text] = self.asked.get(text, 0) + 1
        self.tell(
            connection, text, pending["started"], pending["ms"], times=pending["times"],
            inside=pending["inside"], operation=pending["operation"],
            ask=surely or self.asked[text] <= ASKED_TIMES,
        )

    def alone(self, connection, text, run, is_data):
        """A statement outside of a transaction gets its own, as the server would give it."""
        self.asked[text] = self.asked.get(text, 0) + 1
        if BARE.search(text) or (is_data and self.asked[text] > ASKED_TIMES):
            return self.bare(connection, text, run, is_data)
        self.raw(connection, "BEGIN")
        self.begin(connection)
        started = now()
        try:
            result = run()
        except BaseException as error:
            self.raw(connection, "ROLLBACK")
            if code_of(error) in ("25001", "2D000", "25P01"):
                self.began = False
                return self.bare(connection, text, run, is_data)
            self.tell(connection, text, started, now() - started, failure=error)
            self.close_alone("rollback")
            raise
        self.tell(connection, text, started, now() - started, ask=True)
        self.raw(connection, "COMMIT")
        self.close_alone("commit")
        return result

    def close_alone(self, how):
        asked = self.asked
        self.close(how)
        self.asked = asked

    def bare(self, connection, text, run, is_data):
        self.stale = True
        if is_data:
            return self.timed(connection, text, run, False, True)
        started = now()
        try:
            result = run()
        except BaseException as error:
            self.tell(connection, text, started, now() - started, failure=error)
            raise
        ms = now() - started
        self.wide = True
        self.tell(connection, text, started, ms, pid=pid_of(connection),
                  catalog=self.ask(connection, self.texts["catalogs"]))
        return result

    def begin(self, connection):
        if self.began:
            return
        data = {}
        if self.stale:
            data["baseline"] = self.ask(connection, self.texts["baseline"])
        self.note("transaction-began", at=now(), pid=pid_of(connection), **data)
        self.began = True
        # The state that is asked from now on has the counts flushed when the transaction ends.
        self.stale = not self.texts["flushes"]

    def tell(self, connection, text, started, ms, times=1, inside=False, ask=False,
             operation=None, failure=None, **data):
        if ask and self.began and self.texts["state"]:
            data["state"] = self.ask(connection, self.texts["state"])
            self.touch(data["state"])
        self.wide = self.wide or (not DATA.match(text) and WIDE.search(text) is not None)
        if failure is not None:
            data["error"] = str(failure).strip()
            data["sqlState"] = code_of(failure)
        self.note(
            "statement", sql=text[:4000], at=started, ms=round(ms, 2), times=times,
            operation=self.operation if operation is None else operation,
            deferred=self.deferred, inTransaction=inside, **data
        )

    def touch(self, state):
        """An index counts as its table."""
        if not LOCKED.search(state):
            return
        for relation in json.loads(state)[1]:
            if LOCKED.search(relation[1]):
                self.touched.add(relation[6] or relation[0])

    def ask(self, connection, text, values=None):
        cursor = self.cursor(connection)
        try:
            if self.prepares:
                cursor.execute(text, values, prepare=True)
            else:
                cursor.execute(text, values)
            return cursor.fetchone()[0]
        finally:
            cursor.close()

    def raw(self, connection, text):
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text)
        finally:
            cursor.close()

    prepares = False

    def cursor(self, connection):
        driver = connection.connection
        try:
            import psycopg
            if isinstance(driver, psycopg.Connection):
                self.prepares = True
                return psycopg.Cursor(driver, row_factory=psycopg.rows.tuple_row)
        except ImportError:
            pass
        return driver.cursor()

    def start(self, migration, connection):
        """Before a migration: every operation says when it runs."""
        self.running = True
        self.steps = []
        self.touched = set()
        self.wide = False
        self.operation = None
        self.later = []
        self.deferred = False
        for index, operation in enumerate(migration.operations):
            self.follow(operation, index)

    def end(self, migration, connection):
        self.flush(connection)
        self.running = False
        steps, self.steps = self.steps, []
        self.emit("observed", steps=steps)
        for operation in migration.operations:
            for name in ("database_forwards", "database_backwards"):
                operation.__dict__.pop(name, None)
        self.asked = {}

    def catalog(self, connection):
        if not self.texts["state"] or connection.connection is None:
            return
        if self.wide:
            self.emit("catalog", catalog=self.ask(connection, self.texts["catalogs"]), tables=None)
        elif self.touched:
            tables = sorted(self.touched)
            oids = "{%s}" % ",".join(map(str, tables))
            text = self.ask(connection, self.texts["catalog"], [oids] * self.texts["places"])
            self.emit("catalog", catalog=text, tables=tables)

    def follow(self, operation, index):
        for name in ("database_forwards", "database_backwards"):
            setattr(operation, name, self.followed(getattr(operation, name), index))

    def followed(self, work, index):
        def run(app_label, schema_editor, *args, **kwargs):
            self.operation = index
            self.watch_editor(schema_editor)
            before = list(schema_editor.deferred_sql)
            try:
                return work(app_label, schema_editor, *args, **kwargs)
            finally:
                known = [id(item) for item in before]
                self.later += [(item, index) for item in schema_editor.deferred_sql
                               if id(item) not in known]
                if not is_broken(schema_editor.connection):
                    self.flush(schema_editor.connection)
        return run

    def watch_editor(self, editor):
        """Deferred statements run at the end: they belong to the operation that left them."""
        if getattr(editor, "djdev_observed", False):
            return
        editor.djdev_observed = True
        execute = editor.execute

        def run(sql, *args, **kwargs):
            owner = [index for item, index in self.later if item is sql]
            if not owner:
                return execute(sql, *args, **kwargs)
            self.operation, self.deferred = owner[0], True
            try:
                return execute(sql, *args, **kwargs)
            finally:
                self.deferred = False

        editor.execute = run


def pid_of(connection):
    driver = connection.connection
    info = getattr(driver, "info", None)
    return info.backend_pid if info is not None else driver.get_backend_pid()


def is_broken(connection):
    return connection.connection is None or connection.needs_rollback or connection.errors_occurred


def now():
    return time.time() * 1000


def code_of(error):
    while error is not None:
        code = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
        if code:
            return code
        error = error.__cause__ or error.__context__
    return None
