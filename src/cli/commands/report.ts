import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { DjdevError } from '../../errors/djdev-error.ts';
import { compareRuns, type RunComparison } from '../../report/compare-runs.ts';
import { formatComparison } from '../../report/formats/comparison-text.ts';
import { reportSchema } from '../../report/report-schema.ts';
import type { Report } from '../../report/report.ts';
import { recordOf } from '../../report/run-record.ts';
import { createStyle } from '../../terminal/create-style.ts';
import { decideColor, textColumns } from '../../terminal/screen.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { printReport } from '../print-report.ts';
import { listSavedReports, readHistory, savedReportsDirectory } from '../report/saved-reports.ts';
import { openBrowser } from '../stack/open-browser.ts';

const verbs = { open: openPage, show: showReport, compare: compareReports } as const;

/** `djdev report open|show|compare`: what earlier rehearsals found out. */
export async function run(invocation: Invocation): Promise<number> {
  const [verb = 'show', ...paths] = invocation.args;
  if (!Object.hasOwn(verbs, verb) || paths.length > (verb === 'compare' ? 2 : 1)) {
    throw new DjdevError('DJ-USAGE', {
      message: `djdev report cannot ${[verb, ...paths].join(' ')}.`,
      hint: 'Write djdev report show, open or compare, with the directory of a report behind it.',
    });
  }
  return await verbs[verb as keyof typeof verbs](invocation, paths);
}

async function openPage(invocation: Invocation, [given]: readonly string[]): Promise<number> {
  const { io, options } = invocation;
  const directory =
    given === undefined ? await latest(invocation) : await directoryOf(path.resolve(io.cwd, given));
  const page = path.join(directory, 'report.html');
  if (!(await isFile(page))) throw notFound(page);
  const url = pathToFileURL(page).href;
  io.stdout.write(options.json === true ? `${JSON.stringify({ version: 1, url })}\n` : `${page}\n`);
  if (io.stdout.isTTY === true) openBrowser(url);
  return 0;
}

async function showReport(invocation: Invocation, [given]: readonly string[]): Promise<number> {
  const directory = given ?? (await latest(invocation));
  const report = await readReport(invocation, directory);
  if (invocation.options.json === true) {
    invocation.io.stdout.write(`${JSON.stringify(report)}\n`);
    return 0;
  }
  printReport(report, invocation, { progress: 'quiet' });
  return 0;
}

/** Two reports that are named; or the last one with another, or with all that were before it. */
async function compareReports(
  invocation: Invocation,
  [before, after]: readonly string[],
): Promise<number> {
  const { io, options } = invocation;
  const report = await readReport(invocation, after ?? (await latest(invocation)));
  const record = recordOf(report);
  const earlier =
    before === undefined
      ? (await readOwnHistory(invocation)).filter(({ startedAt }) => startedAt < record.startedAt)
      : [recordOf(await readReport(invocation, before))];
  const comparison = compareRuns(earlier, record);
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ version: 1, comparison: comparison ?? null })}\n`);
  } else {
    io.stdout.write(describeComparison(comparison, invocation));
  }
  return 0;
}

function describeComparison(
  comparison: RunComparison | undefined,
  { io, options }: Invocation,
): string {
  if (comparison === undefined) return 'There are no two runs that came to their end.\n';
  const style = createStyle(decideColor(io.stdout, options.color ?? 'auto', io.environment));
  const lines = formatComparison(comparison, { style, columns: textColumns(io.stdout) });
  return lines.length === 0
    ? 'Nothing got slower, larger, better or worse.\n'
    : `${lines.join('\n')}\n`;
}

async function latest(invocation: Invocation): Promise<string> {
  const directory = await ownDirectory(invocation);
  const last = (await listSavedReports(directory)).at(-1);
  if (last !== undefined) return last;
  throw new DjdevError('DJ-REPORT-NOT-FOUND', {
    message: 'No rehearsal of this checkout has been kept.',
    hint: 'Run djdev rehearse, or name the directory of a report.',
  });
}

async function readOwnHistory(invocation: Invocation): ReturnType<typeof readHistory> {
  return readHistory(path.join(await ownDirectory(invocation), 'history.json'));
}

async function ownDirectory(invocation: Invocation): Promise<string> {
  const project = await loadInvocationProject(invocation);
  return savedReportsDirectory(project.id, invocation.io.environment);
}

/** A saved report by its directory or its JSON file. Throws `DJ-REPORT-NOT-FOUND` otherwise. */
async function readReport({ io }: Invocation, given: string): Promise<Report> {
  const place = path.resolve(io.cwd, given);
  const file = (await isFile(place)) ? place : path.join(place, 'report.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw notFound(file, cause);
  });
  try {
    // Codes and steps of another version are text that is shown as it is.
    return v.parse(reportSchema, JSON.parse(text)) as unknown as Report;
  } catch (cause) {
    throw new DjdevError('DJ-REPORT-NOT-FOUND', {
      message: `${file} is not a report of version 1.`,
      hint: 'Name a directory that djdev rehearse --report wrote.',
      cause,
    });
  }
}

async function directoryOf(place: string): Promise<string> {
  return (await isFile(place)) ? path.dirname(place) : place;
}

async function isFile(place: string): Promise<boolean> {
  return (await stat(place).catch(() => undefined))?.isFile() === true;
}

function notFound(file: string, cause?: unknown): DjdevError {
  return new DjdevError('DJ-REPORT-NOT-FOUND', {
    message: `There is no report at ${file}.`,
    hint: 'Name a directory that djdev rehearse --report wrote.',
    cause,
  });
}
