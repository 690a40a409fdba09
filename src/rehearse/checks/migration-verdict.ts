import type {
  MigrationReason,
  MigrationReport,
  MigrationsReport,
} from '../../report/migration-report.ts';
import type { Finding, Level } from '../../report/finding.ts';

/** The rule of locks that are short only while nobody is in the way. */
const lockRule = 'lock-without-timeout';

/**
 * What the verdicts on migrations come to. A library's migrations are not the team's to mend, so
 * they only warn; a migration that failed is told by its own finding. `tellsLocks`: whether locks
 * without `lock_timeout` are told here, and not by a test with a long reader.
 */
export function checkMigrationVerdicts(
  { migrations }: MigrationsReport,
  { tellsLocks }: { readonly tellsLocks: boolean },
): readonly Finding[] {
  return [
    ...migrations.flatMap(checkMigration),
    ...(tellsLocks ? checkLockTimeout(migrations) : []),
  ];
}

function checkMigration(migration: MigrationReport): Finding[] {
  const { reasons, own } = migration;
  const unsafe = reasons.filter(({ level }) => level === 'unsafe');
  const caution = reasons.filter(({ level, rule }) => level === 'caution' && rule !== lockRule);
  return [
    ...unsafe.map((reason) =>
      describe('migration-unsafe', own ? 'fail' : 'warn', migration, [reason]),
    ),
    ...(caution.length > 0 ? [describe('migration-caution', 'warn', migration, caution)] : []),
  ];
}

function describe(
  code: 'migration-unsafe' | 'migration-caution',
  level: Level,
  migration: MigrationReport,
  reasons: readonly [MigrationReason, ...MigrationReason[]] | readonly MigrationReason[],
): Finding {
  const [reason] = reasons;
  const recipe = reasons.find((one) => one.recipe)?.recipe;
  const others = reasons.slice(1).map(({ sentence }) => sentence);
  const estimate = reason?.estimatedMs;
  return {
    code,
    level,
    step: 'migrate',
    title: `${nameOf(migration)}: ${reason?.sentence ?? ''}`,
    detail: [...others, ...(migration.own ? [] : ['It is a library’s migration.'])].join('\n'),
    hint: recipe
      ? `${recipe.summary}${describeReleases(recipe.releases)}\n${recipe.code}`
      : fallback,
    ...(reason?.location && { location: reason.location }),
    ...(estimate !== undefined && {
      measurement: { name: 'stall in production', value: estimate, unit: 'ms' },
    }),
  };
}

const fallback = 'docs/verdicts.md says what this means for the release that is still running.';

function describeReleases(releases: number): string {
  return releases === 1 ? '' : ` It takes ${releases} releases.`;
}

function checkLockTimeout(migrations: readonly MigrationReport[]): Finding[] {
  const careless = migrations.flatMap((migration) =>
    migration.reasons
      .filter(({ rule }) => rule === lockRule)
      .map((reason) => ({ reason, migration })),
  );
  const [first] = careless;
  if (!first) return [];
  return [
    {
      code: 'migration-no-lock-timeout',
      level: 'warn',
      step: 'migrate',
      title: `lock_timeout is 0 while ${careless.length === 1 ? 'a migration locks' : `${careless.length} migrations lock`} tables that are in use.`,
      detail: careless
        .map(({ reason, migration }) => `${nameOf(migration)}: ${reason.sentence}`)
        .join('\n'),
      hint: `${first.reason.recipe?.summary ?? ''}\n${first.reason.recipe?.code ?? ''}`.trim(),
      ...(first.reason.location && { location: first.reason.location }),
    },
  ];
}

function nameOf({ app, name }: MigrationReport): string {
  return app === '' ? name : `${app}.${name}`;
}
