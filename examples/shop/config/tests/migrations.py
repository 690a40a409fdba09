from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase


def migrate(app, name):
    executor = MigrationExecutor(connection)
    executor.migrate([(app, name)])
    return MigrationExecutor(connection).loader.project_state([(app, name)]).apps


class MigrationTestCase(TransactionTestCase):
    def tearDown(self):
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
