import type { Recipe } from '../../../report/migration-report.ts';
import { formatMigration, isDjangoAtLeast, type RecipeSubject } from './recipe-subject.ts';

/** NOT NULL on a filled column without a scan under the lock. */
export function setNotNullInSteps(subject: RecipeSubject): Recipe {
  const { sqlTable, field, model, postgresMajor } = subject;
  const isShort = postgresMajor >= 18;
  const add = isShort
    ? `ALTER TABLE ${sqlTable} ADD CONSTRAINT ${field}_set NOT NULL ${field} NOT VALID;`
    : `ALTER TABLE ${sqlTable} ADD CONSTRAINT ${field}_set CHECK (${field} IS NOT NULL) NOT VALID;`;
  const validate = `ALTER TABLE ${sqlTable} VALIDATE CONSTRAINT ${field}_set;`;
  const set = `ALTER TABLE ${sqlTable} ALTER COLUMN ${field} SET NOT NULL;`;
  const drop = `ALTER TABLE ${sqlTable} DROP CONSTRAINT ${field}_set;`;
  const last = isShort ? [] : [set, drop];
  return {
    id: 'not-null-in-steps',
    summary: `Release the code that always writes the column, fill it in batches; in the next release ${
      isShort ? 'a NOT NULL constraint NOT VALID (PostgreSQL 18)' : 'a CHECK NOT VALID'
    }, then VALIDATE in a migration of its own${isShort ? '' : ', then SET NOT NULL, which does not scan any more (PostgreSQL 12 and newer)'}.`,
    releases: 2,
    code: subject.isDjango
      ? [
          `# first migration\n${formatMigration(subject, `migrations.RunSQL("${add}"),`)}`,
          `# second migration: the scan, while reads and writes go on\n${formatMigration(
            subject,
            `migrations.RunSQL("${validate}"),`,
          )}`,
          `# third migration\n${formatMigration(
            subject,
            `migrations.SeparateDatabaseAndState(
    database_operations=[${last.map((sql) => `\n        migrations.RunSQL("${sql}"),`).join('')}${last.length > 0 ? '\n    ' : ''}],
    state_operations=[migrations.AlterField("${model}", "${field}", …)],
),`,
          )}`,
        ].join('\n\n')
      : [add, `${validate}  -- a transaction of its own`, ...last].join('\n'),
  };
}

/** A CHECK that is validated while reads and writes go on. */
export function addCheckInSteps(subject: RecipeSubject): Recipe {
  const { model, name, sqlTable } = subject;
  const validate = `ALTER TABLE ${sqlTable} VALIDATE CONSTRAINT ${name};`;
  return {
    id: 'check-in-steps',
    summary: 'Add the constraint NOT VALID, and validate it in a migration of its own.',
    releases: 1,
    code:
      subject.isDjango && isDjangoAtLeast(subject, 4)
        ? [
            `# first migration\n${formatMigration(
              subject,
              `AddConstraintNotValid("${model}", models.CheckConstraint(…, name="${name}")),`,
              {
                imports:
                  'from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint',
              },
            )}`,
            `# second migration\n${formatMigration(
              subject,
              `ValidateConstraint("${model}", name="${name}"),`,
            )}`,
          ].join('\n\n')
        : `ALTER TABLE ${sqlTable} ADD CONSTRAINT ${name} CHECK (…) NOT VALID;\n${validate}  -- a transaction of its own`,
  };
}

/** A foreign key in three migrations. */
export function addForeignKeyInSteps(subject: RecipeSubject): Recipe {
  const { model, field, sqlTable, name } = subject;
  const column = subject.isDjango ? `${field}_id` : field;
  const add = `ALTER TABLE ${sqlTable} ADD CONSTRAINT ${name} FOREIGN KEY (${column}) REFERENCES … NOT VALID;`;
  const validate = `ALTER TABLE ${sqlTable} VALIDATE CONSTRAINT ${name};`;
  return {
    id: 'foreign-key-in-steps',
    summary:
      'Add the column without index and constraint, build the index concurrently, add the foreign key NOT VALID, and validate it in a migration of its own.',
    releases: 1,
    code: subject.isDjango
      ? [
          `# first migration\n${formatMigration(
            subject,
            `migrations.AddField("${model}", "${field}", models.ForeignKey(
    …, null=True, on_delete=…, db_index=False, db_constraint=False)),`,
          )}`,
          `# second migration, atomic = False\n${formatMigration(
            subject,
            `migrations.RunSQL("CREATE INDEX CONCURRENTLY ${model}_${field}_idx ON ${sqlTable} (${column});"),
migrations.SeparateDatabaseAndState(
    database_operations=[migrations.RunSQL("${add}")],
    state_operations=[migrations.AlterField("${model}", "${field}", models.ForeignKey(
        …, null=True, on_delete=…))],
),`,
            { atomic: false },
          )}`,
          `# third migration\n${formatMigration(subject, `migrations.RunSQL("${validate}"),`)}`,
        ].join('\n\n')
      : `${add}\n${validate}  -- a transaction of its own`,
  };
}

/** VALIDATE, away from the lock of the statement before it. */
export function validateSeparately(subject: RecipeSubject): Recipe {
  const { sqlTable, name } = subject;
  const validate = `ALTER TABLE ${sqlTable} VALIDATE CONSTRAINT ${name};`;
  return {
    id: 'validate-separately',
    summary:
      'Validate in a migration of its own: in one transaction, the lock of NOT VALID lasts over the scan.',
    releases: 1,
    code: subject.isDjango
      ? `# a second migration\n${formatMigration(subject, `migrations.RunSQL("${validate}"),`)}`
      : `COMMIT;\n${validate}`,
  };
}

/** A partition that Postgres need not look through. */
export function attachCheckedPartition({ sqlTable }: RecipeSubject): Recipe {
  return {
    id: 'attach-with-check',
    summary:
      'Give the table a validated CHECK that says what the partition’s bounds say: ATTACH does not scan then.',
    releases: 1,
    code: [
      `ALTER TABLE ${sqlTable} ADD CONSTRAINT bounds CHECK (…) NOT VALID;`,
      `ALTER TABLE ${sqlTable} VALIDATE CONSTRAINT bounds;  -- a transaction of its own`,
      `ALTER TABLE … ATTACH PARTITION ${sqlTable} FOR VALUES …;`,
    ].join('\n'),
  };
}
