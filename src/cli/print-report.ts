import type { RunComparison } from '../report/compare-runs.ts';
import type { Report } from '../report/report.ts';
import { formatJson } from '../report/formats/json.ts';
import { formatText } from '../report/formats/text.ts';
import { createStyle } from '../terminal/create-style.ts';
import { displayPath, readSource } from '../terminal/read-source.ts';
import { type ProgressMode, decideColor, textColumns } from '../terminal/screen.ts';
import type { Invocation } from './command.ts';

/** What is said beside the report itself. */
export interface PrintedRun {
  readonly progress: ProgressMode;
  /** What changed since the runs before. */
  readonly comparison?: RunComparison | undefined;
  /** Where all of it is. */
  readonly place?: string | undefined;
}

/**
 * Prints the report: for people to stdout, or with `--json` one line to stdout and the text to
 * stderr beside the progress.
 */
export function printReport(
  report: Report,
  { options, io }: Invocation,
  { progress, comparison, place }: PrintedRun,
): void {
  const json = options.json === true;
  // What never got to a first step is an error like that of any command; lines of JSON stay alone.
  const isError = report.steps.length === 0 && progress !== 'json';
  const screen = json || isError ? io.stderr : io.stdout;
  const machineReads = json && (progress === 'json' || progress === 'quiet');
  if (!machineReads) {
    const text = formatText(report, {
      style: createStyle(decideColor(screen, options.color ?? 'auto', io.environment)),
      columns: textColumns(screen),
      verbose: options.verbose ?? false,
      // The live list has just shown the steps on the same terminal.
      steps: progress !== 'tty' || screen.isTTY !== true,
      readSource: (location) => readSource(location, io.cwd),
      displayPath: (file) => displayPath(file, io.cwd),
      comparison,
      place,
    });
    screen.write(report.steps.length === 0 ? text : `\n${text}`);
  }
  if (json) io.stdout.write(`${formatJson(report)}\n`);
}
