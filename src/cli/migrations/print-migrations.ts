import type { MigrationsReport } from '../../report/migration-report.ts';
import { textColumns } from '../../terminal/screen.ts';
import { readVersion } from '../../version.ts';
import { worstVerdict } from '../../migrations/worst-verdict.ts';
import type { Invocation } from '../command.ts';
import { styleOf } from '../stack/open-stack-command.ts';
import { formatMigrations } from './format-migrations.ts';

/**
 * Prints the report: for people on stdout, or with `--json` on stderr and one line of JSON on
 * stdout. Resolves to the exit code: 1 when a migration is unsafe or fails.
 */
export function printMigrations(
  report: MigrationsReport,
  invocation: Invocation,
  command: string,
): number {
  const { options, io, redactor } = invocation;
  const isJson = options.json === true;
  const screen = isJson ? io.stderr : io.stdout;
  const verdict = worstVerdict(report.migrations);
  if (options.quiet !== true) {
    const text = formatMigrations(report, {
      style: styleOf(invocation, screen),
      columns: textColumns(screen),
      verbose: options.verbose ?? false,
    });
    screen.write(redactor.redact(text));
  }
  if (isJson) {
    const reasons = report.migrations.flatMap((migration) => migration.reasons);
    const result = { version: 1, djdev: readVersion(), command, verdict, reasons, ...report };
    io.stdout.write(`${redactor.redact(JSON.stringify(result))}\n`);
  }
  return verdict === 'unsafe' || verdict === 'fails' ? 1 : 0;
}
