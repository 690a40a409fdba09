import { Interruption } from '../context/interruption.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { errorCodes } from '../errors/codes.ts';
import { toErrorReport } from '../report/error-report.ts';
import { formatErrorCard } from '../report/formats/error-card.ts';
import { createStyle } from '../terminal/create-style.ts';
import { displayPath, readSource } from '../terminal/read-source.ts';
import { decideColor, textColumns } from '../terminal/screen.ts';
import { describeBug } from './bug-report.ts';
import type { Io } from './io.ts';
import type { OptionValues } from './options.ts';

/** How a failure is to be printed. */
export interface FailureOptions {
  readonly options: Pick<OptionValues, 'json' | 'color' | 'debug'>;
  readonly redact: (text: string) => string;
}

/** Prints what ended the process early and answers with its exit code. */
export function printFailure(error: unknown, io: Io, { options, redact }: FailureOptions): number {
  if (error instanceof Interruption) {
    io.stderr.write('Interrupted.\n');
    return error.exitCode;
  }
  const report = error instanceof DjdevError ? toErrorReport(error) : describeBug(error, redact);
  const card = formatErrorCard(report, {
    style: createStyle(decideColor(io.stderr, options.color ?? 'auto', io.environment)),
    columns: textColumns(io.stderr),
    readSource: (location) => readSource(location, io.cwd),
    displayPath: (file) => displayPath(file, io.cwd),
  });
  io.stderr.write(`${redact(card.join('\n'))}\n`);
  if (options.debug === true) io.stderr.write(`\n${redact(formatStacks(error))}\n`);
  if (options.json === true) {
    io.stdout.write(`${redact(JSON.stringify({ version: 1, verdict: 'error', error: report }))}\n`);
  }
  return error instanceof DjdevError ? error.exitCode : errorCodes['DJ-BUG'].exitCode;
}

/** The stack of an error and of all that caused it. */
export function formatStacks(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  const parts = error instanceof AggregateError ? error.errors.map(formatStacks) : [];
  const cause = error.cause === undefined ? [] : [`caused by ${formatStacks(error.cause)}`];
  return [own, ...parts, ...cause].join('\n');
}
