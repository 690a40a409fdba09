import { systemClock } from '../context/clock.ts';
import type { Context } from '../context/context.ts';
import { Interruption } from '../context/interruption.ts';
import { Scope } from '../context/scope.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { Event } from '../report/event.ts';
import { toErrorReport } from '../report/error-report.ts';
import { foldReport } from '../report/fold.ts';
import type { ErrorReport, Report } from '../report/report.ts';
import { createStyle } from '../terminal/create-style.ts';
import { type ProgressMode, decideColor } from '../terminal/screen.ts';
import { readVersion } from '../version.ts';
import { describeBug } from './bug-report.ts';
import type { Invocation } from './command.ts';
import { chooseProgress, createView } from './create-view.ts';
import { formatStacks } from './print-failure.ts';
import { recordRun } from './record-run.ts';

/** What a recorded run works with; it has a `Context` once it has an engine. */
export type RunTools = Pick<Context, 'emit' | 'scope' | 'signal' | 'clock'>;

/** A run that came to its end, whichever that was. */
export interface RecordedRun {
  readonly report: Report;
  readonly progress: ProgressMode;
}

/**
 * Does `work` before the eyes of a view, releases what it acquired and folds its events into the
 * report. What `work` throws becomes the end of the run: nothing is thrown.
 */
export async function runRecorded(
  invocation: Invocation,
  work: (tools: RunTools) => Promise<void>,
  onEvent?: (event: Event) => void,
): Promise<RecordedRun> {
  const { options, io, signal, redactor } = invocation;
  const progress = chooseProgress(io, options);
  const color = decideColor(io.stderr, options.color ?? 'auto', io.environment);
  const view = await createView(progress, io, {
    style: createStyle(color),
    verbose: options.verbose ?? false,
  });
  const { emit, events } = recordRun(view, systemClock, redactor.redact, onEvent);
  const onAbort = (): void => {
    const started = events.length > 0;
    if (started) view.note(describeStop(signal.reason));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const startedMs = systemClock.monotonicMs();
  const scope = new Scope();
  try {
    await work({ emit, scope, signal, clock: systemClock });
  } catch (error) {
    const ms = systemClock.monotonicMs() - startedMs;
    const end = describeEnd(signal.aborted ? signal.reason : error, invocation);
    emit({ type: 'run-ended', ms, ...end });
  }
  const leftovers = await scope[Symbol.asyncDispose]().catch(describeLeftovers);
  signal.removeEventListener('abort', onAbort);
  await view.close();
  // What the run found out stays true when something of it could not be removed.
  if (leftovers !== undefined) io.stderr.write(`${redactor.redact(leftovers)}\n`);
  const failOn = options.failOn ?? 'fail';
  return { progress, report: foldReport(events, { failOn, project: '', djdev: readVersion() }) };
}

/** After a time-out nobody has pressed anything yet; the next Ctrl-C stops at once all the same. */
function describeStop(reason: unknown): string {
  const again = reason instanceof Interruption ? 'Ctrl-C again' : 'Ctrl-C';
  return `Stopping what this run started. ${again} stops at once.`;
}

function describeLeftovers(error: unknown): string {
  const reasons = collectMessages(error).join(' ');
  return `Something of this run could not be removed: ${reasons} djdev down tries again.`;
}

function collectMessages(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(collectMessages);
  return [error instanceof Error ? error.message : String(error)];
}

/** How a run ended that threw. */
function describeEnd(
  error: unknown,
  { options, io, redactor }: Invocation,
): { reason: 'interrupted' } | { reason: 'error'; error: ErrorReport } {
  if (error instanceof Interruption) return { reason: 'interrupted' };
  if (options.debug === true) io.stderr.write(`${redactor.redact(formatStacks(error))}\n`);
  const known = error instanceof DjdevError;
  return {
    reason: 'error',
    error: known ? toErrorReport(error) : describeBug(error, redactor.redact),
  };
}
