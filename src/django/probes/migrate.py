"""Probe: observes `manage.py migrate`, which runs unchanged.

Option `choose`: `only` these migrations are applied, or all but those on `hold` and what depends on
them. An empty `only` ends the command when it has told its plan.

Events: plan (once per database), migration-started, migration-applied, migration-failed; and those
of observe.py, whose text follows this one.
"""

import ast
import inspect
import time


def install(emit):
    from django.db.migrations.executor import MigrationExecutor

    migrate = MigrationExecutor.migrate
    apply = MigrationExecutor.apply_migration
    observer = Observer(emit, options["observe"]) if options.get("observe") else None
    if observer:
        observer.listen()

    def observed_migrate(executor, targets, plan=None, *args, **kwargs):
        steps = executor.migration_plan(targets) if plan is None else plan
        emit("plan", database=database(executor.connection), migrations=[
            dict(describe(migration), backwards=backwards) for migration, backwards in steps
        ])
        if options.get("choose"):
            plan = choose(executor, steps, **options["choose"])
        return migrate(executor, targets, plan, *args, **kwargs)

    def observed_apply(executor, state, migration, *args, **kwargs):
        emit("migration-started", at=now(), atomic=migration.atomic,
             operations=list_operations(migration, observer), **describe(migration))
        if observer:
            observer.start(migration, executor.connection)
        started = time.monotonic()
        try:
            result = apply(executor, state, migration, *args, **kwargs)
        except BaseException as error:
            if observer:
                observer.pending = None
                observer.end(migration, executor.connection)
            emit("migration-failed", ms=since(started), **dict(
                describe(migration), **place(migration, error)
            ))
            raise
        ms = since(started)
        if observer:
            observer.end(migration, executor.connection)
            observer.catalog(executor.connection)
        emit("migration-applied", ms=ms, **describe(migration))
        return result

    MigrationExecutor.migrate = observed_migrate
    MigrationExecutor.apply_migration = observed_apply


def choose(executor, steps, only=None, hold=()):
    if only is not None:
        if not only:
            raise SystemExit(0)
        return [step for step in steps if key_of(step[0]) in only]
    held = set(hold)
    chosen = []
    for step in steps:
        parents = executor.loader.graph.node_map[step[0].app_label, step[0].name].parents
        if key_of(step[0]) in held or any("%s.%s" % tuple(node.key) in held for node in parents):
            held.add(key_of(step[0]))
        else:
            chosen.append(step)
    return chosen


def key_of(migration):
    return "%s.%s" % (migration.app_label, migration.name)


def list_operations(migration, observer):
    """Lines only where they may be needed: reading the file takes a millisecond."""
    if not observer:
        return []
    lines = list_lines(migration) if observer.texts["state"] else []
    return [
        {"description": operation.describe(), "kind": type(operation).__name__,
         "line": lines[index] if index < len(lines) else None}
        for index, operation in enumerate(migration.operations)
    ]


def since(started):
    return round((time.monotonic() - started) * 1000, 1)


def database(connection):
    values = connection.settings_dict
    return {
        "alias": connection.alias, "engine": str(values.get("ENGINE") or ""),
        "host": str(values.get("HOST") or ""), "name": str(values.get("NAME") or ""),
    }


def describe(migration):
    file = source_file(migration)
    return {"app": migration.app_label, "name": migration.name, "own": is_own(file), "file": file}


def source_file(migration):
    try:
        return inspect.getfile(type(migration))
    except (TypeError, OSError):
        return ""


def place(migration, error):
    """The operation that was running, and its line in the migration's file."""
    operation = running_operation(error)
    if operation is None:
        return {"operation": None, "line": None}
    return {"operation": operation.describe(), "line": line_of(migration, operation)}


def running_operation(error):
    """`Migration.apply` holds the operation in a local variable of the frame that failed."""
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_name == "apply" and code.co_filename.endswith("/db/migrations/migration.py"):
            return step.tb_frame.f_locals.get("operation")
        step = step.tb_next
    return None


def line_of(migration, operation):
    index = [item is operation for item in migration.operations].index(True)
    lines = list_lines(migration)
    return lines[index] if index < len(lines) else None


def list_lines(migration):
    """The line of each operation, where they stand in a list in the migration's file."""
    try:
        with open(source_file(migration), encoding="utf-8") as file:
            tree = ast.parse(file.read())
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name == "Migration":
                for statement in node.body:
                    names = [target.id for target in getattr(statement, "targets", [])
                             if isinstance(target, ast.Name)]
                    if names == ["operations"] and isinstance(statement.value, ast.List):
                        return [element.lineno for element in statement.value.elts]
    except Exception:
        pass  # a line would help, but its absence must not hide the failure
    return []
