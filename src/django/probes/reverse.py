"""Probe: takes back the migrations of a release, the last one first, and says which cannot be.

Options `migrations`: [[app, name], ...] in the order in which they were applied; `alias`: of the
database. Events: reversed, irreversible (with the operation), reverse-failed (with the error).
"""

import os
import sys


def install(emit):
    from django.core.management import ManagementUtility

    def execute(utility):
        import django

        django.setup()
        reverse(emit, [tuple(key) for key in options["migrations"]],
                options.get("alias") or "default")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    ManagementUtility.execute = execute


def reverse(emit, applied, alias):
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    stuck = set()
    for key in reversed(applied):
        executor = MigrationExecutor(connections[alias])
        migration = executor.loader.graph.nodes.get(key)
        if migration is None or key not in executor.loader.applied_migrations:
            continue
        named = {"app": key[0], "name": key[1]}
        barrier = next((operation for operation in migration.operations
                        if not operation.reversible), None)
        if barrier is not None:
            stuck.add(key)
            emit("irreversible", operation=barrier.describe(), **named)
            continue
        if needed_by(executor, key, stuck):
            stuck.add(key)
            continue
        try:
            # Of a target Django would take back all that came after it, other branches too.
            executor.migrate(None, plan=[(migration, True)])
            emit("reversed", **named)
        except Exception as error:
            stuck.add(key)
            emit("reverse-failed", error=" ".join(str(error).split("\n")[0].split())[:300], **named)


def needed_by(executor, key, stuck):
    """Whether something that stays applied depends on it."""
    plan = executor.loader.graph.backwards_plan(key)
    return any(child in stuck for child in plan)
