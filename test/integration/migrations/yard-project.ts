import { demoProject } from '../django/demo-project.ts';

/** A migration of one model of its own, and what is to be said of it. */
export interface YardCase {
  /** Name of the migration behind its number. */
  readonly name: string;
  /** Operations; `MODEL` stands for the case's model, `TABLE` for its table. */
  readonly operations: string;
  readonly atomic?: false;
  readonly verdict: 'safe' | 'caution' | 'unsafe';
  /** Of the worst reason. */
  readonly rule?: string;
  readonly recipe?: string;
}

/** One hazard or one safe variant each. */
export const yardCases: readonly YardCase[] = [
  {
    name: 'required_without_db_default',
    operations: 'migrations.AddField("MODEL", "size", models.IntegerField(default=1)),',
    verdict: 'unsafe',
    rule: 'column-required-added',
    recipe: 'required-column',
  },
  {
    name: 'required_with_db_default',
    operations: 'migrations.AddField("MODEL", "size", models.IntegerField(db_default=1)),',
    verdict: 'caution',
    rule: 'lock-without-timeout',
    recipe: 'lock-timeout',
  },
  {
    name: 'volatile_db_default',
    operations: 'migrations.AddField("MODEL", "token", models.UUIDField(db_default=RandomUUID())),',
    verdict: 'unsafe',
    rule: 'lock-during-rewrite',
    recipe: 'volatile-default',
  },
  {
    name: 'generated_column',
    operations: `migrations.AddField("MODEL", "twice", models.GeneratedField(
        expression=models.F("total") * 2, output_field=models.IntegerField(), db_persist=True)),`,
    verdict: 'unsafe',
    rule: 'lock-during-rewrite',
    recipe: 'generated-column',
  },
  {
    name: 'filled_then_required',
    operations: 'migrations.AlterField("MODEL", "total", models.IntegerField(default=0)),',
    verdict: 'unsafe',
    rule: 'lock-during-scan',
    recipe: 'not-null-in-steps',
  },
  {
    name: 'column_removed',
    operations: 'migrations.RemoveField("MODEL", "name"),',
    verdict: 'unsafe',
    rule: 'column-dropped',
    recipe: 'remove-column-in-two-releases',
  },
  {
    name: 'column_renamed',
    operations: 'migrations.RenameField("MODEL", "name", "title"),',
    verdict: 'unsafe',
    rule: 'column-renamed',
    recipe: 'rename-in-steps',
  },
  {
    name: 'table_renamed',
    operations: 'migrations.RenameModel("MODEL", "MODELRenamed"),',
    verdict: 'unsafe',
    rule: 'table-renamed',
    recipe: 'rename-in-steps',
  },
  {
    name: 'table_deleted',
    operations: 'migrations.DeleteModel("MODEL"),',
    verdict: 'unsafe',
    rule: 'table-dropped',
    recipe: 'drop-table-in-two-releases',
  },
  {
    name: 'index_plain',
    operations: 'migrations.AddIndex("MODEL", models.Index(fields=["total"], name="plain_total")),',
    verdict: 'unsafe',
    rule: 'lock-during-index-build',
    recipe: 'index-concurrently',
  },
  {
    name: 'index_concurrent',
    atomic: false,
    operations:
      'AddIndexConcurrently("MODEL", models.Index(fields=["total"], name="concurrent_total")),',
    verdict: 'safe',
  },
  {
    name: 'unique_constraint',
    operations:
      'migrations.AddConstraint("MODEL", models.UniqueConstraint(fields=["name"], name="one_name")),',
    verdict: 'unsafe',
    rule: 'lock-during-index-build',
    recipe: 'unique-concurrently',
  },
  {
    name: 'foreign_key_with_index',
    operations: `migrations.AddField("MODEL", "shed", models.ForeignKey(
        "shop.Shed", null=True, on_delete=models.CASCADE)),`,
    verdict: 'unsafe',
    rule: 'lock-during-index-build',
  },
  {
    name: 'check_constraint',
    operations: `migrations.AddConstraint("MODEL", models.CheckConstraint(
        condition=models.Q(total__gte=0), name="enough")),`,
    verdict: 'unsafe',
    rule: 'lock-during-scan',
    recipe: 'check-in-steps',
  },
  {
    name: 'check_not_valid',
    operations: `AddConstraintNotValid("MODEL", models.CheckConstraint(
        condition=models.Q(total__gte=0), name="enough_later")),`,
    verdict: 'caution',
  },
  {
    name: 'type_rewritten',
    operations: 'migrations.AlterField("MODEL", "total", models.BigIntegerField(null=True)),',
    verdict: 'unsafe',
    rule: 'lock-during-rewrite',
    recipe: 'type-by-new-column',
  },
  {
    name: 'type_wider',
    operations: 'migrations.AlterField("MODEL", "name", models.CharField(max_length=80)),',
    verdict: 'caution',
  },
  {
    name: 'bulk_update',
    operations: 'migrations.RunPython(fill("MODEL"), migrations.RunPython.noop),',
    verdict: 'caution',
    rule: 'rows-changed',
    recipe: 'rows-in-batches',
  },
  {
    name: 'schema_and_bulk_update',
    operations: `migrations.AddField("MODEL", "size", models.IntegerField(null=True)),
    migrations.RunPython(fill("MODEL"), migrations.RunPython.noop),`,
    verdict: 'unsafe',
    rule: 'lock-during-row-changes',
    recipe: 'rows-apart-from-schema',
  },
  {
    name: 'sql_in_python_file',
    operations: 'migrations.RunSQL("REINDEX TABLE TABLE", migrations.RunSQL.noop),',
    verdict: 'unsafe',
    rule: 'lock-during-index-build',
    recipe: 'reindex-concurrently',
  },
  {
    name: 'outside_of_a_transaction',
    atomic: false,
    operations: `migrations.RunSQL("CREATE INDEX outside ON TABLE (total)"),
    migrations.RunSQL("SET lock_timeout = '1s'"),
    migrations.RunSQL("ALTER TABLE TABLE ADD COLUMN gently integer"),`,
    verdict: 'unsafe',
    rule: 'lock-during-index-build',
    recipe: 'index-concurrently',
  },
];

const head = `from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models


def fill(name):
    def run(apps, schema_editor):
        apps.get_model("shop", name).objects.update(total=5)
    return run


class Migration(migrations.Migration):
`;

/** `Yard07` */
function yardModel(index: number): string {
  return `Yard${String(index).padStart(2, '0')}`;
}

/** `0009_index_plain` */
export function yardMigration(index: number): string {
  return `${String(index + 3).padStart(4, '0')}_${yardCases[index]?.name ?? ''}`;
}

function yardFile(one: YardCase, index: number): string {
  const before = index === 0 ? '0002_yards' : yardMigration(index - 1);
  const model = yardModel(index);
  const operations = one.operations
    .replaceAll('MODEL', model)
    .replaceAll('ON TABLE', `ON shop_${model.toLowerCase()}`)
    .replaceAll('TABLE TABLE', `TABLE shop_${model.toLowerCase()}`);
  const atomic = one.atomic === false ? '    atomic = False\n' : '';
  return `${head}${atomic}    dependencies = [("shop", "${before}")]\n    operations = [\n    ${operations}\n    ]\n`;
}

const yards = `from django.db import migrations, models


def yard(name):
    return migrations.CreateModel(name, [
        ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True)),
        ("name", models.CharField(max_length=40)),
        ("total", models.IntegerField(null=True)),
    ])


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [yard("Shed"), *[yard("Yard%02d" % number) for number in range(${yardCases.length})]]
`;

/** A project whose migrations after the second are one case each. */
export const yardProject: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(demoProject).filter(([file]) => file !== 'shop/migrations/0002_fill.py'),
  ),
  'shop/migrations/0002_yards.py': yards,
  ...Object.fromEntries(
    yardCases.map((one, index) => [
      `shop/migrations/${yardMigration(index)}.py`,
      yardFile(one, index),
    ]),
  ),
};
