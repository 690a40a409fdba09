import type { MigrationRows } from '../../database/migration-rows.ts';
import type { DjangoDatabase } from '../../django/django-facts.ts';
import type { AppliedStep, MigratePlan } from '../../django/run-migrate.ts';
import type { Finding } from '../../report/finding.ts';

/** What migrating claimed to have done. */
export interface MigrateClaim {
  readonly plans: readonly MigratePlan[];
  readonly applied: readonly AppliedStep[];
}

/**
 * Compares what migrating claims with what the rehearsal's own Postgres holds. A project that
 * silently used SQLite, or another server, applied everything and proved nothing.
 */
export function checkDatabaseUsed(
  { plans, applied }: MigrateClaim,
  rows: MigrationRows,
  expectedHost: string,
): readonly Finding[] {
  const used = plans.map(({ database }) => database);
  const ours = used.filter(({ host }) => host === expectedHost);
  const elsewhere = used.filter(({ host }) => host !== expectedHost);
  if (!rows.tableExists) return [notUsed(describeUse(elsewhere.length > 0 ? elsewhere : used))];
  // Migrations of a second database of the project are none of our Postgres' business.
  if (used.length > 0 && ours.length < used.length) return [];
  const known = new Set(rows.applied.map(({ app, name }) => `${app}.${name}`));
  const lost = applied.filter(({ app, name }) => !known.has(`${app}.${name}`));
  if (lost.length === 0) return [];
  const names = lost.slice(0, 5).map(({ app, name }) => `${app}.${name}`);
  return [
    notUsed(
      `django_migrations exists, but ${lost.length} of ${applied.length} applied migrations are ` +
        `not in it: ${names.join(', ')}.`,
    ),
  ];
}

/**
 * The same, where migrating failed before the tables could tell: often just because the settings
 * went to a database of another kind.
 */
export function checkDatabaseNamed(
  plans: readonly MigratePlan[],
  expectedHost: string,
): readonly Finding[] {
  const used = plans.map(({ database }) => database);
  const [first] = used;
  if (!first || used.some(({ host }) => host === expectedHost)) return [];
  return [notUsed(`The settings use ${describeDatabase(first)}.`)];
}

function notUsed(detail: string): Finding {
  return {
    code: 'database-not-used',
    level: 'fail',
    step: 'migrate',
    title: 'The migrations did not reach the database that the project was given.',
    detail,
    hint:
      'Let the production settings read their database from the environment, without a fallback, ' +
      'and pass it under app.env in djdev.yaml: DATABASE_URL: ${services.postgres.url}',
  };
}

function describeUse([first]: readonly DjangoDatabase[]): string {
  const there = 'The rehearsal’s Postgres has no table django_migrations';
  return first ? `${there}: the settings use ${describeDatabase(first)}.` : `${there}.`;
}

function describeDatabase({ engine, host, name }: DjangoDatabase): string {
  return `${engine} (${host === '' ? name : `${name} on ${host}`})`;
}
