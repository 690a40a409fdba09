import type { Recipe } from '../../../report/migration-report.ts';
import { backfillSql, formatBackfill } from './row-recipes.ts';
import { formatMigration, isDjangoAtLeast, type RecipeSubject } from './recipe-subject.ts';

/** A required column that the old release's INSERTs need not know. */
export function addRequiredColumn(subject: RecipeSubject): Recipe {
  const { model, field, sqlTable } = subject;
  if (subject.isDjango && isDjangoAtLeast(subject, 5)) {
    return {
      id: 'required-column',
      summary:
        'Keep the default in the database: db_default fills the rows of the release that does not know the column.',
      releases: 1,
      code: formatMigration(
        subject,
        `migrations.AddField("${model}", "${field}", models.…Field(db_default=…)),`,
      ),
    };
  }
  if (subject.isDjango) {
    return {
      id: 'required-column',
      summary:
        'One release with null=True whose code writes the column, then rows in batches; NOT NULL in the next release.',
      releases: 2,
      code: [
        `# release 1\n${formatMigration(
          subject,
          `migrations.AddField("${model}", "${field}", models.…Field(null=True)),`,
        )}`,
        `# release 1, a migration of its own\n${formatBackfill(subject)}`,
        `# release 2\n${formatMigration(subject, `migrations.AlterField("${model}", "${field}", models.…Field()),`)}`,
      ].join('\n\n'),
    };
  }
  return {
    id: 'required-column',
    summary: 'Keep a default in the database; a constant one rewrites nothing.',
    releases: 1,
    code: `ALTER TABLE ${sqlTable} ADD COLUMN ${field} … NOT NULL DEFAULT …;  -- and leave the default`,
  };
}

/** A default that is worked out for each row, without writing the table anew. */
export function addVolatileDefault(subject: RecipeSubject): Recipe {
  const { model, field, sqlTable } = subject;
  const setDefault = `ALTER TABLE ${sqlTable} ALTER COLUMN ${field} SET DEFAULT …;`;
  return {
    id: 'volatile-default',
    summary:
      'Add the column without a default, set the default for new rows, fill old rows in batches.',
    releases: 2,
    code: subject.isDjango
      ? [
          `# release 1\n${formatMigration(
            subject,
            `migrations.AddField("${model}", "${field}", models.…Field(null=True)),
migrations.AlterField("${model}", "${field}", models.…Field(null=True, db_default=…)),`,
          )}`,
          `# release 1, a migration of its own\n${formatBackfill(subject)}`,
          `# release 2: null=False by NOT VALID and VALIDATE`,
        ].join('\n\n')
      : `ALTER TABLE ${sqlTable} ADD COLUMN ${field} …;\n${setDefault}\n${backfillSql(subject)}`,
  };
}

/** A computed column. */
export function addGeneratedColumn(subject: RecipeSubject): Recipe {
  const { field, sqlTable, model } = subject;
  if (subject.postgresMajor >= 18) {
    return {
      id: 'generated-column',
      summary: 'Make it virtual (PostgreSQL 18): nothing is stored, so nothing is rewritten.',
      releases: 1,
      code: subject.isDjango
        ? formatMigration(
            subject,
            `migrations.AddField("${model}", "${field}", models.GeneratedField(
    expression=…, output_field=…, db_persist=False)),  # if your Django has it for PostgreSQL`,
          )
        : `ALTER TABLE ${sqlTable} ADD COLUMN ${field} … GENERATED ALWAYS AS (…) VIRTUAL;`,
    };
  }
  return {
    id: 'generated-column',
    summary:
      'Add a plain column, let a trigger fill it for new rows, and fill old rows in batches; virtual columns come with PostgreSQL 18.',
    releases: 2,
    code: [
      `ALTER TABLE ${sqlTable} ADD COLUMN ${field} …;`,
      `CREATE TRIGGER ${field}_filled BEFORE INSERT OR UPDATE ON ${sqlTable}`,
      `  FOR EACH ROW EXECUTE FUNCTION …;`,
      backfillSql(subject),
    ].join('\n'),
  };
}

/** A numbered column. */
export function addSerialColumn(subject: RecipeSubject): Recipe {
  const { sqlTable, field } = subject;
  return {
    id: 'serial-column',
    summary:
      'Make the sequence and the column apart, set the default for new rows, number old rows in batches.',
    releases: 2,
    code: [
      `CREATE SEQUENCE ${field}_seq;`,
      `ALTER TABLE ${sqlTable} ADD COLUMN ${field} bigint;`,
      `ALTER TABLE ${sqlTable} ALTER COLUMN ${field} SET DEFAULT nextval('${field}_seq');`,
      backfillSql(subject, `nextval('${field}_seq')`),
    ].join('\n'),
  };
}

/** Another type by way of another column. */
export function changeTypeByCopy(subject: RecipeSubject): Recipe {
  const { model, field, sqlTable } = subject;
  return {
    id: 'type-by-new-column',
    summary:
      'Add a column of the new type, write both, fill it in batches, read the new one, and drop the old one a release later.',
    releases: 3,
    code: subject.isDjango
      ? [
          `# release 1: a second field; the code writes both\n${formatMigration(
            subject,
            `migrations.AddField("${model}", "${field}_new", models.…Field(null=True)),`,
          )}`,
          `# release 1, a migration of its own\n${formatBackfill({ ...subject, field: `${field}_new` })}`,
          `# release 2: the code reads ${field}_new; release 3 removes ${field} (state first, then column)`,
        ].join('\n\n')
      : [
          `ALTER TABLE ${sqlTable} ADD COLUMN ${field}_new …;`,
          `-- a trigger keeps both equal`,
          backfillSql({ ...subject, field: `${field}_new` }, field),
          `-- switch the code over, then drop ${field}`,
        ].join('\n'),
  };
}

/** A field away, and the old release goes on. */
export function removeColumnInSteps(subject: RecipeSubject): Recipe {
  const { model, field, sqlTable } = subject;
  const drop = `ALTER TABLE ${sqlTable} DROP COLUMN ${field};`;
  return {
    id: 'remove-column-in-two-releases',
    summary:
      'First a release whose code and model state do without the column (nullable or with a default in the database), then one that drops it.',
    releases: 2,
    code: subject.isDjango
      ? [
          `# release 1\n${formatMigration(
            subject,
            `migrations.AlterField("${model}", "${field}", models.…Field(null=True)),
migrations.SeparateDatabaseAndState(
    state_operations=[migrations.RemoveField("${model}", "${field}")],
),`,
          )}`,
          `# release 2\n${formatMigration(subject, `migrations.RunSQL("${drop}", migrations.RunSQL.noop),`)}`,
        ].join('\n\n')
      : `-- release 1: no code names the column\nALTER TABLE ${sqlTable} ALTER COLUMN ${field} DROP NOT NULL;\n-- release 2\n${drop}`,
  };
}

/** Another name while both releases run. */
export function renameInSteps(subject: RecipeSubject): Recipe {
  const { model, field, sqlTable, isDjango } = subject;
  return {
    id: 'rename-in-steps',
    summary: isDjango
      ? 'Rename in Python only (db_column, db_table), which touches no table; or add the new one, copy, switch over, and drop the old one releases later.'
      : 'Add the new one, copy, switch over, and drop the old one; or keep the old name as an updatable view.',
    releases: isDjango ? 1 : 3,
    code: isDjango
      ? formatMigration(
          subject,
          `migrations.SeparateDatabaseAndState(state_operations=[
    migrations.RenameField("${model}", "${field}", "new_name"),
    migrations.AlterField("${model}", "new_name", models.…Field(db_column="${field}")),
]),`,
        )
      : `BEGIN;\nALTER TABLE ${sqlTable} RENAME TO …;\nCREATE VIEW ${sqlTable} AS SELECT * FROM …;  -- until no code uses the old name\nCOMMIT;`,
  };
}

/** A table away. */
export function dropTableInSteps(subject: RecipeSubject): Recipe {
  const { model, sqlTable } = subject;
  const name = model.charAt(0).toUpperCase() + model.slice(1);
  return {
    id: 'drop-table-in-two-releases',
    summary:
      'First a release whose code does without the table, then one that drops it; foreign keys first.',
    releases: 2,
    code: subject.isDjango
      ? [
          `# release 1\n${formatMigration(
            subject,
            `migrations.SeparateDatabaseAndState(
    state_operations=[migrations.DeleteModel("${name}")],
),`,
          )}`,
          `# release 2\n${formatMigration(
            subject,
            `migrations.RunSQL("DROP TABLE ${sqlTable};", migrations.RunSQL.noop),`,
          )}`,
        ].join('\n\n')
      : `-- when no running code names it\nDROP TABLE ${sqlTable};`,
  };
}
