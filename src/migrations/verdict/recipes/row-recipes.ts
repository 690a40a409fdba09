import type { Recipe } from '../../../report/migration-report.ts';
import { formatMigration, type RecipeSubject } from './recipe-subject.ts';

const batchRows = 5000;

/** Rows changed a few thousand at a time, each batch committed. */
export function changeInBatches(subject: RecipeSubject): Recipe {
  return {
    id: 'rows-in-batches',
    summary:
      'Change rows in batches, each in a transaction of its own, in a migration that is not atomic.',
    releases: 1,
    code: subject.isDjango ? formatBackfill(subject) : backfillSql(subject),
  };
}

/** Rows apart from the schema. */
export function separateRows(subject: RecipeSubject): Recipe {
  return {
    id: 'rows-apart-from-schema',
    summary:
      'Change the schema in one migration and the rows in another, in batches: in one transaction, the lock on the table lasts until the last row is written.',
    releases: 1,
    code: subject.isDjango
      ? `# a migration of its own\n${formatBackfill(subject)}`
      : `COMMIT;\n${backfillSql(subject)}`,
  };
}

/** TRUNCATE keeps everybody out and cannot be taken back. */
export function deleteInBatches(subject: RecipeSubject): Recipe {
  const { sqlTable } = subject;
  return {
    id: 'delete-in-batches',
    summary:
      'Delete rows in batches; or leave the table, and drop it when no code uses it any more.',
    releases: 1,
    code: `DELETE FROM ${sqlTable} WHERE ctid IN (SELECT ctid FROM ${sqlTable} LIMIT ${batchRows});  -- again and again`,
  };
}

/** Space is won back by tools that work beside the traffic. */
export function repackTable({ sqlTable }: RecipeSubject): Recipe {
  return {
    id: 'repack',
    summary:
      'Use pg_repack, which copies the table beside the traffic and locks it only for the swap.',
    releases: 1,
    code: `pg_repack --table ${sqlTable}`,
  };
}

/** A migration that fills a column in batches. */
export function formatBackfill(subject: RecipeSubject): string {
  const { app, model, field } = subject;
  return [
    'def fill(apps, schema_editor):',
    `    model = apps.get_model("${app}", "${model}")`,
    `    rows = model.objects.using(schema_editor.connection.alias).filter(${field}__isnull=True)`,
    `    while ids := list(rows.values_list("pk", flat=True)[:${batchRows}]):`,
    `        model.objects.filter(pk__in=ids).update(${field}=…)`,
    '',
    formatMigration(
      subject,
      'migrations.RunPython(fill, migrations.RunPython.noop, atomic=False),',
      {
        atomic: false,
      },
    ),
  ].join('\n');
}

/** The same as a statement to be repeated until it changes no row. */
export function backfillSql({ sqlTable, field }: RecipeSubject, value = '…'): string {
  return (
    `UPDATE ${sqlTable} SET ${field} = ${value} WHERE ctid IN\n` +
    `  (SELECT ctid FROM ${sqlTable} WHERE ${field} IS NULL LIMIT ${batchRows});  -- until it changes no row`
  );
}
