import { expect, test } from 'vitest';
import { openKiosk } from '../../support/checkout.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { kioskFiles, kioskManifest } from '../../support/kiosk.ts';

const addUnique = `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("stock", "0002_fill")]
    operations = [
        migrations.AddField("Item", "code", models.CharField(max_length=8, default="none")),
        migrations.AlterField("Item", "code", models.CharField(max_length=8, unique=True)),
    ]
`;

const models = `from django.db import models

class Item(models.Model):
    name = models.CharField(max_length=40)
    code = models.CharField(max_length=8, unique=True)
`;

const settings = kioskFiles['kiosk/settings.py'];
const postgres = settings.slice(settings.indexOf('DATABASES'), settings.indexOf('STATIC_URL'));
const sqlite = `DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/tmp/db.sqlite3"}}
`;

describeWithEngine('migrations that cannot be deployed', () => {
  test('a migration that the database refuses', async () => {
    await using kiosk = await openKiosk({
      'stock/migrations/0003_item_code.py': addUnique,
      'stock/models.py': models,
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.problems]).toEqual([
      1,
      'fail',
      ['fail migration-failed'],
    ]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ The migration stock.0003_item_code failed (Alter field code on Item): could
        not create unique index "stock_item_code_22e8ecbe_uniq" – Key (code)=(none) is
        duplicated. (23505)
        stock/migrations/0003_item_code.py:7
        7 |         migrations.AlterField("Item", "code", models.CharField(max_length=8, unique=True)),
          DETAIL:  Key (code)=(none) is duplicated.
            Applying stock.0003_item_code...
        → Rows break the new constraint. Clean them in an earlier migration.
        migrate  migration-failed"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('settings that use SQLite without a word', async () => {
    await using kiosk = await openKiosk({
      'kiosk/settings.py': settings.replace(postgres, sqlite),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.problems]).toEqual([
      1,
      'fail',
      ['fail database-fallback', 'fail database-not-used'],
    ]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 2 problems (TIME)

      ✗ Without POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER,
        POSTGRES_PASSWORD the settings use SQLite, and say nothing.
          Migrations would be green, the application would start, and every order
          would be gone with the container.
        → Read the variable without a default in the production settings.
        settings  database-fallback

      ✗ The migrations did not reach the database that the project was given.
          The rehearsal’s Postgres has no table django_migrations: the settings use
          django.db.backends.sqlite3 (/tmp/db.sqlite3).
        → Let the production settings read their database from the environment,
          without a fallback, and pass it under app.env in djdev.yaml: DATABASE_URL:
          \${services.postgres.url}
        migrate  database-not-used"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('a required variable without a value stops it before anything is built', async () => {
    await using kiosk = await openKiosk({
      'djdev.yaml': kioskManifest.replace('  env:\n', '  env:\n    STRIPE_KEY:\n'),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.problems]).toEqual([
      1,
      'fail',
      ['fail env-missing'],
    ]);
    expect(ended.outcomes).toEqual(['preflight failed']);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ STRIPE_KEY is required and has no value.
        djdev.yaml:4:5
        4 |     STRIPE_KEY:
          |     ^
          No env file and no variable of the shell gives it a value.
        → Add STRIPE_KEY=… to .env, or a value to its declaration in djdev.yaml.
        preflight  env-missing"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('settings that want a variable which no file declares', async () => {
    await using kiosk = await openKiosk({
      'kiosk/settings.py': `${settings}STRIPE_KEY = os.environ["STRIPE_KEY"]\n`,
      'build_settings.py': kioskFiles['build_settings.py'].replace(
        '"SECRET_KEY",',
        '"SECRET_KEY", "STRIPE_KEY",',
      ),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict]).toEqual([1, 'fail']);
    expect(ended.problems).toEqual(['fail settings-import-failed']);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ The production settings cannot be imported: the variable STRIPE_KEY has no
        value.
        kiosk/settings.py:48
        48 | STRIPE_KEY = os.environ["STRIPE_KEY"]
          KeyError: 'STRIPE_KEY' at kiosk/settings.py:48
        → Production needs STRIPE_KEY. Give it a value for the rehearsal under app.env
          in djdev.yaml, or in an env file.
        settings  settings-import-failed"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });
});
