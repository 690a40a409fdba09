import type { Style } from '../../report/formats/style.ts';
import { indentText } from '../../report/formats/wrap-text.ts';
import type {
  MigrationReason,
  MigrationReport,
  MigrationsReport,
  MigrationVerdictLevel,
} from '../../report/migration-report.ts';
import { formatMs } from '../../migrations/verdict/lock-effect.ts';

interface Look {
  readonly style: Style;
  readonly columns: number;
  /** Statements and passes too. */
  readonly verbose: boolean;
}

/** The report for people: each migration with its verdict, reasons and what to do instead. */
export function formatMigrations(report: MigrationsReport, look: Look): string {
  const shown = report.migrations.map((migration) => formatMigration(migration, look));
  return shown.length === 0 ? '' : `${shown.join('\n\n')}\n`;
}

function formatMigration(migration: MigrationReport, look: Look): string {
  const { style } = look;
  const name = migration.app === '' ? migration.name : `${migration.app}.${migration.name}`;
  const library = migration.own ? '' : style.dim(' (library)');
  const heading = `${paint(migration.verdict, style)} ${style.bold(name)}${library} ${style.dim(formatMs(migration.ms))}`;
  const reasons = migration.reasons.flatMap((reason) => formatReason(reason, look));
  const statements = look.verbose ? formatStatements(migration, look) : [];
  return [heading, ...reasons, ...statements].join('\n');
}

function formatReason(reason: MigrationReason, { style, columns }: Look): string[] {
  const { location, recipe } = reason;
  const line = location?.line === undefined ? '' : `:${location.line}`;
  const place = location ? [`    ${style.dim(`${location.file}${line}`)}`] : [];
  const text = indentText(
    reason.sentence,
    columns,
    '    ',
    `  ${reason.level === 'caution' ? style.yellow('!') : style.red('✗')} `,
  );
  if (!recipe) return [...text, ...place];
  const releases = recipe.releases === 1 ? '' : ` (${recipe.releases} releases)`;
  return [
    ...text,
    ...place,
    ...indentText(`${recipe.summary}${releases}`, columns, '      ', `    ${style.cyan('→')} `),
    ...recipe.code.split('\n').map((code) => (code === '' ? '' : `        ${code}`)),
  ];
}

function formatStatements(migration: MigrationReport, { style, columns }: Look): string[] {
  return migration.operations.flatMap(({ description, statements }) => [
    `  ${style.dim(description)}`,
    ...statements.flatMap(({ sql, ms, locks, error }) => [
      ...indentText(
        `${sql.replaceAll(/\s+/gu, ' ').trim()} ${style.dim(formatMs(ms))}`,
        columns,
        '      ',
        '    ',
      ),
      ...locks.map(({ mode, table }) => style.dim(`      ${mode} on ${table}`)),
      ...(error === undefined ? [] : [style.red(`      ${error}`)]),
    ]),
  ]);
}

function paint(verdict: MigrationVerdictLevel, style: Style): string {
  const word = verdict.padEnd(7);
  if (verdict === 'safe') return style.green(word);
  return verdict === 'caution' ? style.yellow(word) : style.red(word);
}
