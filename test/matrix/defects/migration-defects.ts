import type { Defect } from '../defect.ts';
import { kiosk } from './places.ts';

/** A migration of the kiosk that comes after those it has. */
function migration(operations: string, before = '', after = '0002_fill'): string {
  return `${before}from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("stock", "${after}")]
    operations = [${operations}]
`;
}

const third = 'stock/migrations/0003_change.py';

/** Migrations that are missing, fail or never end, and databases that nobody meant. */
export const migrationDefects: readonly Defect[] = [
  {
    id: 'field-without-migration',
    base: 'shop',
    change: 'a model has a new field, and no migration adds it',
    edits: [
      {
        file: 'catalog/models.py',
        from: '    description = models.CharField(max_length=200, blank=True)\n',
        to: '    description = models.CharField(max_length=200, blank=True)\n    colour = models.CharField(max_length=20, blank=True)\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'migrations-missing',
      level: 'fail',
      title: 'The models of “catalog” changed, and no migration says so.',
      detail: 'colour',
      fix: 'makemigrations',
    },
  },
  {
    id: 'field-longer-without-migration',
    base: 'kiosk',
    change: 'a field has become longer, and no migration says so',
    edits: [{ file: 'stock/models.py', from: 'max_length=40', to: 'max_length=80' }],
    only: ['settings'],
    found: {
      code: 'migrations-missing',
      level: 'fail',
      title: 'The models of “stock” changed, and no migration says so.',
      detail: 'name',
    },
  },
  {
    id: 'two-leaves',
    base: 'kiosk',
    change: 'two branches were merged, and each brought a migration 0003',
    edits: [
      { file: third, write: migration('') },
      { file: 'stock/migrations/0003_other.py', write: migration('') },
    ],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title:
        'The release command “python manage.py migrate --noinput” failed: …Conflicting migrations detected…',
      fix: 'makemigrations --merge',
    },
  },
  {
    id: 'migration-not-committed',
    base: 'kiosk',
    change: 'a migration depends on one that was not committed',
    edits: [{ file: third, write: migration('', '', '0003_forgotten') }],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title: 'The release command “python manage.py migrate --noinput” failed: …NodeNotFoundError…',
      fix: 'A migration depends on one that does not exist.',
    },
  },
  {
    id: 'data-migration-raises',
    base: 'kiosk',
    change: 'a data migration raises at a row that it did not expect',
    edits: [
      {
        file: third,
        write: migration(
          'migrations.RunPython(fill, migrations.RunPython.noop)',
          `def fill(apps, editor):
    prices = {"map": 4, "stamp": 1}
    for item in apps.get_model("stock", "Item").objects.order_by("id"):
        prices[item.name]


`,
        ),
      },
    ],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title: "The migration stock.0003_change failed (…): KeyError: 'postcard'",
      fix: 'Production would stop here as well',
    },
  },
  {
    id: 'required-column-over-rows',
    base: 'kiosk',
    change: 'a column becomes NOT NULL while rows have no value in it',
    edits: [
      {
        file: third,
        write: migration(`
        migrations.RunSQL("ALTER TABLE stock_item ADD COLUMN shelf integer", migrations.RunSQL.noop),
        migrations.RunSQL("ALTER TABLE stock_item ALTER COLUMN shelf SET NOT NULL", migrations.RunSQL.noop),
    `),
      },
    ],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title:
        'The migration stock.0003_change failed (…): column "shelf" of relation "stock_item" contains null values (23502)',
      fix: 'Fill it in an earlier migration.',
    },
  },
  {
    id: 'unique-over-duplicates',
    base: 'kiosk',
    change: 'a unique constraint on a column whose rows repeat themselves',
    edits: [
      {
        file: third,
        write: migration(`
        migrations.RunSQL("INSERT INTO stock_item (name) VALUES ('map')", migrations.RunSQL.noop),
        migrations.RunSQL("ALTER TABLE stock_item ADD CONSTRAINT once UNIQUE (name)", migrations.RunSQL.noop),
    `),
      },
    ],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title:
        'The migration stock.0003_change failed (…): could not create unique index "once" – Key (name)=(…) is duplicated. (23505)',
      fix: 'Clean them in an earlier migration.',
    },
  },
  {
    id: 'extension-not-there',
    base: 'kiosk',
    change: 'a migration wants PostGIS, and the Postgres of the manifest does not have it',
    edits: [{ file: third, write: migration('migrations.RunSQL("CREATE EXTENSION postgis")') }],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title: 'The migration stock.0003_change failed (…): extension "postgis" is not available…',
      fix: 'Name one under services that has it.',
    },
  },
  {
    id: 'release-command-unknown',
    base: 'shop',
    change: 'a release command has a typing error',
    edits: [
      {
        file: 'djdev.yaml',
        from: '    - python manage.py migrate --noinput\n',
        to: '    - python manage.py migrate --noinput\n    - python manage.py creatcachetable\n',
      },
    ],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title: 'The release command “python manage.py creatcachetable” failed: …',
    },
  },
  {
    id: 'database-host-of-another-stack',
    base: 'kiosk',
    change: 'the settings name the host `db`, which exists in the team’s compose file only',
    edits: [{ file: kiosk, from: 'os.environ["POSTGRES_HOST"]', to: '"db"' }],
    only: ['migrate'],
    found: {
      code: 'migration-failed',
      level: 'fail',
      title: 'The release command “python manage.py migrate --noinput” failed: …',
      fix: 'Let them read its address from the environment',
    },
  },
  {
    id: 'migration-takes-too-long',
    base: 'kiosk',
    change: 'a data migration takes longer than `budgets.migrate` allows',
    edits: [
      {
        file: third,
        write: migration(
          'migrations.RunPython(fill, migrations.RunPython.noop)',
          'import time\n\n\ndef fill(apps, editor):\n    editor.execute("SELECT pg_sleep(120)")\n\n\n',
        ),
      },
      { file: 'djdev.yaml', from: 'rehearse:\n', to: 'rehearse:\n  budgets: { migrate: 4s }\n' },
    ],
    only: ['migrate'],
    found: {
      code: 'migration-over-budget',
      level: 'fail',
      title: 'The release commands did not end within 4 s.',
      detail: 'A session was busy with: ',
      fix: 'Split the work into batches',
    },
  },
  {
    id: 'migrated-into-sqlite',
    base: 'kiosk',
    change: 'the production settings import local ones, which use SQLite',
    edits: [
      {
        file: kiosk,
        append:
          'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/tmp/db.sqlite3"}}\n',
      },
    ],
    only: ['migrate'],
    found: {
      code: 'database-not-used',
      level: 'fail',
      title: 'The migrations did not reach the database that the project was given.',
      detail: 'django.db.backends.sqlite3 (/tmp/db.sqlite3)',
      fix: 'without a fallback',
    },
  },
  {
    id: 'variable-misspelt',
    base: 'kiosk',
    change: 'a typing error in the name of a variable, and SQLite for when it is missing',
    edits: [
      {
        file: kiosk,
        append: `if not os.environ.get("POSTGRES_HSOT"):
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "/tmp/kiosk.sqlite3",
    }
`,
      },
    ],
    only: ['migrate'],
    found: {
      code: 'database-not-used',
      level: 'fail',
      title: 'The migrations did not reach the database that the project was given.',
    },
  },
];
