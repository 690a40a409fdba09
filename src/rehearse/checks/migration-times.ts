import type { AppliedStep } from '../../django/run-migrate.ts';
import type { Finding } from '../../report/finding.ts';

const shownMigrations = 5;

/** The migrations that were applied, the slowest first. */
export function summariseMigrations(applied: readonly AppliedStep[], ms: number): Finding {
  const slowest = applied.toSorted((a, b) => b.ms - a.ms).slice(0, shownMigrations);
  const own = applied.filter((step) => step.own).length;
  return {
    code: 'migration-applied',
    level: 'pass',
    step: 'migrate',
    title: `${countMigrations(applied.length)} applied in ${Math.round(ms)} ms, ${own} of them your own.`,
    detail: slowest.map(({ app, name, ms }) => `${app}.${name} ${formatMs(ms)}`).join('\n'),
    hint: '',
    measurement: { name: 'migrations', value: Math.round(ms), unit: 'ms' },
  };
}

/** `1 migration`, `23 migrations`. */
export function countMigrations(count: number): string {
  return `${count} migration${count === 1 ? '' : 's'}`;
}

function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
