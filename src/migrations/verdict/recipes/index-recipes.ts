import type { Recipe } from '../../../report/migration-report.ts';
import { formatMigration, type RecipeSubject } from './recipe-subject.ts';

/** An index without a lock that writes wait for. */
export function buildIndexConcurrently(subject: RecipeSubject): Recipe {
  const { model, name, field, sqlTable } = subject;
  return {
    id: 'index-concurrently',
    summary: 'Build the index concurrently, in a migration of its own that is not atomic.',
    releases: 1,
    code: subject.isDjango
      ? formatMigration(
          subject,
          `AddIndexConcurrently(\n    "${model}",\n    models.Index(fields=["${field}"], name="${name.slice(0, 30)}"),\n),`,
          {
            atomic: false,
            imports:
              'from django.contrib.postgres.operations import AddIndexConcurrently\n' +
              'from django.db import migrations, models\n\n' +
              '# The field: Meta.indexes in place of db_index=True, which builds in one piece.\n' +
              '# A build that is broken off leaves an INVALID index: drop it before trying again.',
          },
        )
      : `CREATE INDEX CONCURRENTLY ${name} ON ${sqlTable} (${field});  -- outside of a transaction`,
  };
}

/** A unique constraint on an index that was built before. */
export function buildUniqueConcurrently(subject: RecipeSubject): Recipe {
  const { model, name, field, sqlTable } = subject;
  const build = `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${sqlTable} (${field});`;
  const attach = `ALTER TABLE ${sqlTable} ADD CONSTRAINT ${name} UNIQUE USING INDEX ${name};`;
  return {
    id: 'unique-concurrently',
    summary:
      'Clean duplicates first, build the unique index concurrently, then make it a constraint.',
    releases: 1,
    code: subject.isDjango
      ? formatMigration(
          subject,
          `migrations.RunSQL("${build}",
                  "DROP INDEX CONCURRENTLY IF EXISTS ${name};"),
migrations.SeparateDatabaseAndState(
    database_operations=[migrations.RunSQL(
        "${attach}",
        "ALTER TABLE ${sqlTable} DROP CONSTRAINT ${name};")],
    state_operations=[migrations.AddConstraint("${model}", models.UniqueConstraint(
        fields=["${field}"], name="${name}"))],
),`,
          { atomic: false },
        )
      : `${build}  -- outside of a transaction\n${attach}`,
  };
}

/** A primary key on an index that was built before, on a column that is NOT NULL already. */
export function attachPrimaryKey({ sqlTable, field, name }: RecipeSubject): Recipe {
  return {
    id: 'primary-key-using-index',
    summary:
      'Make the column NOT NULL by a validated CHECK, build a unique index concurrently, and attach it as primary key.',
    releases: 1,
    code: [
      `ALTER TABLE ${sqlTable} ADD CONSTRAINT ${field}_filled CHECK (${field} IS NOT NULL) NOT VALID;`,
      `ALTER TABLE ${sqlTable} VALIDATE CONSTRAINT ${field}_filled;  -- a transaction of its own`,
      `ALTER TABLE ${sqlTable} ALTER COLUMN ${field} SET NOT NULL;`,
      `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${sqlTable} (${field});  -- outside of a transaction`,
      `ALTER TABLE ${sqlTable} ADD PRIMARY KEY USING INDEX ${name};`,
    ].join('\n'),
  };
}

/** An index away, and nobody waits. */
export function dropIndexConcurrently(subject: RecipeSubject): Recipe {
  const { model, name } = subject;
  return {
    id: 'drop-index-concurrently',
    summary: 'Drop the index concurrently, in a migration that is not atomic.',
    releases: 1,
    code: subject.isDjango
      ? formatMigration(subject, `RemoveIndexConcurrently("${model}", "${name}"),`, {
          atomic: false,
          imports: 'from django.contrib.postgres.operations import RemoveIndexConcurrently',
        })
      : `DROP INDEX CONCURRENTLY ${name};  -- outside of a transaction`,
  };
}

/** REINDEX that lets writes through. */
export function reindexConcurrently({ sqlTable }: RecipeSubject): Recipe {
  return {
    id: 'reindex-concurrently',
    summary: 'Rebuild concurrently (PostgreSQL 12 and newer), outside of a transaction.',
    releases: 1,
    code: `REINDEX TABLE CONCURRENTLY ${sqlTable};`,
  };
}

/** What cannot be built beside the traffic has to be built in another table. */
export function swapTables({ sqlTable }: RecipeSubject): Recipe {
  return {
    id: 'new-table-and-swap',
    summary:
      'Build it on a new table: create that with the constraint, copy rows in batches with a trigger keeping both equal, and swap the names.',
    releases: 2,
    code: [
      `CREATE TABLE ${sqlTable}_new (LIKE ${sqlTable} INCLUDING ALL);`,
      `-- the constraint, on the empty table`,
      `-- a trigger on ${sqlTable} that writes to both; then rows in batches`,
      `BEGIN; SET LOCAL lock_timeout = '500ms';`,
      `ALTER TABLE ${sqlTable} RENAME TO ${sqlTable}_old;`,
      `ALTER TABLE ${sqlTable}_new RENAME TO ${sqlTable};`,
      `COMMIT;`,
    ].join('\n'),
  };
}
