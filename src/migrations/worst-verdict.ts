import type { MigrationReport, MigrationVerdictLevel } from '../report/migration-report.ts';

const severity: readonly MigrationVerdictLevel[] = ['fails', 'unsafe', 'caution', 'safe'];

/** The worst verdict among migrations; `safe` when there are none. Pure. */
export function worstVerdict(
  migrations: readonly Pick<MigrationReport, 'verdict'>[],
): MigrationVerdictLevel {
  const found = new Set(migrations.map(({ verdict }) => verdict));
  return severity.find((level) => found.has(level)) ?? 'safe';
}
