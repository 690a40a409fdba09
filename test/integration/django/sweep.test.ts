import { expect, test } from 'vitest';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { withPostgresSession } from '../../../src/database/postgres-session.ts';
import { startScratchPostgres } from '../../../src/database/scratch-postgres.ts';
import { fillTables } from '../../../src/database/synthetic/fill-tables.ts';
import { runSweep } from '../../../src/django/run-sweep.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { buildProjectImage } from './django-image.ts';
import { openRunTest, startTestRunner } from './runner-test.ts';

/** What makes a second row hard to insert, and what must not run while somebody tries. */
const models = `import uuid
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now, Upper

class Place(models.Model):
    slug = models.SlugField(primary_key=True, max_length=20)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE)

class Shop(Place):
    number = models.PositiveSmallIntegerField(unique=True)

class Person(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=60)
    email = models.EmailField()
    initials = models.CharField(max_length=3, unique=True)
    joined = models.DateTimeField(auto_now_add=True)
    seen = models.DateTimeField(db_default=Now())
    tags = ArrayField(models.CharField(max_length=10), default=list)
    extra = models.JSONField(default=dict)
    photo = models.FileField(blank=True)
    shout = models.GeneratedField(expression=Upper("name"),
                                  output_field=models.CharField(max_length=60), db_persist=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_email")]

    def save(self, *args, **kwargs):
        raise RuntimeError("code of the application runs")

class Badge(models.Model):
    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True)
    colour = models.CharField(max_length=5, choices=[("red", "Red"), ("blue", "Blue")])

class Shift(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    day = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    current = models.BooleanField(default=False)
    helpers = models.ManyToManyField(Person, related_name="+")

    class Meta:
        unique_together = [("person", "shop", "day")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(current=True), name="one_now"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="some_hours"),
        ]

class Report(models.Model):
    class Meta:
        managed = False
        db_table = "a_view"

class Clerk(Person):
    class Meta:
        proxy = True
`;

const files = {
  'manage.py': `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
  'settings.py': `import os
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.postgres", "staff"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["DB"],
    "HOST": os.environ["HOST"], "USER": os.environ["DB"], "PASSWORD": os.environ["PASSWORD"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
`,
  'staff/__init__.py': '',
  'staff/apps.py': `from django.apps import AppConfig
from django.db.models.signals import pre_delete, pre_save

def fail(sender, **kwargs):
    if sender._meta.app_label == "staff":
        raise RuntimeError("a signal of the application is sent")

class StaffConfig(AppConfig):
    name = "staff"
    def ready(self):
        pre_save.connect(fail)
        pre_delete.connect(fail)
`,
  'staff/models.py': models,
};

describeWithEngine('the sweep of all models', () => {
  test('finds nothing where nothing is wrong, with and without rows, and keeps nothing', async () => {
    await using t = await openEngineTest(300_000);
    const image = await buildProjectImage(t, files);
    const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;
    const plan = planScratchPostgres(service, 'staff');
    const opened = await openRunTest(t, {
      HOST: plan.host,
      DB: plan.database,
      PASSWORD: plan.password,
    });
    const { run } = opened;
    const server = await startScratchPostgres(run.context, plan, {
      network: run.network,
      containerName: run.nameFor('postgres'),
      ownership: run.ownership('postgres'),
      onLine: () => undefined,
    });
    const runner = await startTestRunner(opened, image);
    const call = { manage: undefined, environment: {} };
    const created = await runner.run({ argv: ['migrate', '--run-syncdb'] }, t.signal);
    expect(created.exitCode, created.tail.join('\n')).toBe(0);

    const count = (): Promise<unknown> =>
      withPostgresSession(server.address, t.signal, (query) =>
        query('SELECT (SELECT count(*) FROM staff_person) + (SELECT count(*) FROM staff_shift) n'),
      );
    const names = [
      'contenttypes.ContentType',
      'staff.Place',
      'staff.Shop',
      'staff.Person',
      'staff.Badge',
      'staff.Shift_helpers',
      'staff.Shift',
    ];
    for (const hasRows of [false, true]) {
      if (hasRows)
        await withPostgresSession(server.address, t.signal, (query) => fillTables(query));
      const before = await count();
      const swept = await runSweep(runner, call, t.signal);
      expect(swept.map(({ model }) => model).toSorted()).toEqual(names.toSorted());
      expect(swept.filter((one) => one.failures.length + one.skipped.length > 0)).toEqual([]);
      expect(await count()).toEqual(before);
    }

    await withPostgresSession(server.address, t.signal, (query) =>
      query('ALTER TABLE staff_badge ADD COLUMN since date NOT NULL DEFAULT now()').then(() =>
        query('ALTER TABLE staff_badge ALTER COLUMN since DROP DEFAULT'),
      ),
    );
    const failures = (await runSweep(runner, call, t.signal)).flatMap((one) =>
      one.failures.map(({ operation, sqlstate }) => `${one.model} ${operation} ${sqlstate}`),
    );
    expect(failures).toEqual(['staff.Badge insert 23502', 'staff.Badge insert-required 23502']);
  });
});
