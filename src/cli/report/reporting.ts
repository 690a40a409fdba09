import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Project } from '../../project/project.ts';
import { compareRuns, type RunComparison } from '../../report/compare-runs.ts';
import type { Event } from '../../report/event.ts';
import type { FinishedRun } from '../../report/finished-run.ts';
import type { Report } from '../../report/report.ts';
import { recordOf, type RunRecord } from '../../report/run-record.ts';
import type { Invocation } from '../command.ts';
import { findInContext } from './find-in-context.ts';
import { openGithubStep } from './github-step.ts';
import { guardOutput } from './guard-output.ts';
import { createLogRecorder } from './log-recorder.ts';
import { findRepository, placeReport } from './place-report.ts';
import { makeReportDirectory, writeReportDirectory } from './report-directory.ts';
import {
  forgetOldReports,
  makeSavedReport,
  readHistory,
  savedReportsDirectory,
  writeHistory,
} from './saved-reports.ts';

/** Takes care of what a run leaves to be read: files, history, what its CI system shows. */
export interface Reporting {
  /** The invocation through which the run prints. */
  readonly invocation: Invocation;
  readonly record: (event: Event) => void;
  /** Whose reports they are, as soon as that is known. */
  readonly setProject: (project: Project) => void;
  readonly finish: (report: Report) => Promise<FinishedReport>;
  /** Tells the CI system, once all else is printed. */
  readonly announce: (report: Report) => Promise<void>;
}

/** What was left of a run to be read. */
export interface FinishedReport {
  readonly comparison: RunComparison | undefined;
  /** How a person gets at it: a path, or a command. */
  readonly place: string | undefined;
  /** What of it lies where the next build finds it. */
  readonly inContext: readonly string[];
  /** Why the files of `--report` or `--history` could not be written. */
  readonly failure: unknown;
}

/** Begins to take notes. Throws `DJ-REPORT-WRITE` when `--report` names no usable directory. */
export async function openReporting(invocation: Invocation): Promise<Reporting> {
  const { options, io } = invocation;
  const directory = options.report === undefined ? undefined : path.resolve(io.cwd, options.report);
  if (directory !== undefined) await makeReportDirectory(directory);
  const step = openGithubStep(invocation);
  const recorder = createLogRecorder();
  let project: Project | undefined;
  const placed = (report: Report): Report => {
    const root = project?.root ?? io.cwd;
    return placeReport(report, root, findRepository(root, io.environment));
  };
  return {
    invocation: { ...invocation, io: guardOutput(io) },
    record: recorder.record,
    setProject: (known) => {
      project = known;
    },
    finish: (report) =>
      finishReport(
        { report: placed(report), logs: recorder.logs() },
        { invocation, directory, project },
      ),
    announce: async (report) => {
      await step?.announce(placed(report), directory);
    },
  };
}

interface Place {
  readonly invocation: Invocation;
  readonly directory: string | undefined;
  readonly project: Project | undefined;
}

async function finishReport(
  seen: Omit<FinishedRun, 'earlier'>,
  { invocation, directory, project }: Place,
): Promise<FinishedReport> {
  const { options, io } = invocation;
  // A run that never got to a first step is no news to any other.
  const began = project !== undefined && seen.report.steps.length > 0;
  const saved = began ? savedReportsDirectory(project.id, io.environment) : undefined;
  const local = saved === undefined ? undefined : path.join(saved, 'history.json');
  const given = options.history === undefined ? undefined : path.resolve(io.cwd, options.history);
  const file = given ?? local;
  const earlier = began && file !== undefined ? await readHistory(file) : [];
  const run: FinishedRun = { ...seen, earlier };
  const record = recordOf(seen.report);
  const command =
    saved === undefined
      ? undefined
      : await save(run, saved, { record, local }).catch(() => undefined);
  const history = began ? given : undefined;
  const failure = await writeWanted(run, { directory, history, record });
  const written = [directory, given].filter((one) => one !== undefined);
  const page = directory === undefined ? undefined : path.join(directory, 'report.html');
  return {
    comparison: began ? compareRuns(earlier, record) : undefined,
    place: page === undefined || failure !== undefined ? command : path.relative(io.cwd, page),
    inContext: project === undefined ? [] : await findInContext(project, written).catch(() => []),
    failure,
  };
}

/** What was asked for; answers why it could not be written, because the verdict still counts. */
async function writeWanted(
  run: FinishedRun,
  wanted: {
    readonly directory: string | undefined;
    readonly history: string | undefined;
    readonly record: RunRecord;
  },
): Promise<unknown> {
  try {
    if (wanted.history !== undefined)
      await writeHistory(wanted.history, run.earlier, wanted.record);
    if (wanted.directory === undefined) return undefined;
    const { renderReportFiles } = await import('../../report/formats/report-files.ts');
    await writeReportDirectory(wanted.directory, renderReportFiles(run));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Keeps the run for `djdev report`; answers the command that shows it. */
async function save(
  run: FinishedRun,
  directory: string,
  { record, local }: { readonly record: RunRecord; readonly local: string | undefined },
): Promise<string> {
  const { formatHtml } = await import('../../report/formats/html.ts');
  const place = await makeSavedReport(directory, run.report.startedAt);
  await writeFile(path.join(place, 'report.json'), `${JSON.stringify(run.report)}\n`);
  await writeFile(path.join(place, 'report.html'), formatHtml(run).toWellFormed());
  if (local !== undefined) await writeHistory(local, await readHistory(local), record);
  // Two runs may do so at once.
  await forgetOldReports(directory, Date.parse(run.report.startedAt)).catch(() => undefined);
  return 'djdev report open';
}
