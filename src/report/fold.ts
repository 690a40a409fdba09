import type { Event } from './event.ts';
import type { Finding, Measurement } from './finding.ts';
import type { Report, StepReport, Verdict } from './report.ts';
import type { StepId } from './step.ts';

type RunStarted = Extract<Event, { type: 'run-started' }>;
type RunEnded = Extract<Event, { type: 'run-ended' }>;

/** What the report needs to know beside the events. */
export interface FoldOptions {
  readonly failOn: Report['failOn'];
  /** Used when the run ended before it could say what it is. */
  readonly project: string;
  readonly djdev: string;
}

/**
 * The report of a run from its events, in the order in which they happened. The verdict is
 * computed here and nowhere else. Events of a run that broke off make a report too.
 */
export function foldReport(events: readonly Event[], options: FoldOptions): Report {
  const started = events.find((event) => event.type === 'run-started');
  const ended = events.findLast((event) => event.type === 'run-ended');
  const findings = events.flatMap((event) =>
    event.type === 'finding-reported' ? [event.finding] : [],
  );
  const steps = foldSteps(events, started?.steps ?? [], ended);
  const image = events.findLast((event) => event.type === 'image-inspected')?.image;
  const variables = events.findLast((event) => event.type === 'environment-tried')?.variables;
  const migrations = events.findLast((event) => event.type === 'migrations-observed')?.migrations;
  const rollout = events.findLast((event) => event.type === 'rollout-observed')?.rollout;
  const requests = events.flatMap((event) =>
    event.type === 'request-answered' ? [event.request] : [],
  );
  const kept = events.findLast((event) => event.type === 'environment-kept');
  const first = events[0]?.at ?? 0;
  return {
    version: 1,
    djdev: started?.version ?? options.djdev,
    project: started?.project ?? options.project,
    verdict: decideVerdict(steps, findings, ended, options.failOn),
    failOn: options.failOn,
    startedAt: new Date(started?.at ?? first).toISOString(),
    ms: Math.round(ended?.ms ?? (events.at(-1)?.at ?? first) - first),
    steps,
    findings,
    ...(image === undefined ? {} : { image }),
    ...(variables === undefined ? {} : { variables }),
    ...(migrations === undefined ? {} : { migrations }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(requests.length === 0 ? {} : { requests }),
    ...(kept === undefined ? {} : { kept: { urls: kept.urls, containers: kept.containers } }),
    ...(ended?.error === undefined ? {} : { error: ended.error }),
  };
}

/**
 * Interrupted comes first: after Ctrl-C requests break and containers are stopped, so what was
 * found then says nothing. A failure comes before an error: it was seen, and it stays true when
 * something else could not be tried. Only a run that came to its end, in which something ran and
 * nothing broke, can pass.
 */
function decideVerdict(
  steps: readonly StepReport[],
  findings: readonly Finding[],
  ended: RunEnded | undefined,
  failOn: Report['failOn'],
): Verdict {
  const outcomes = new Set(steps.map((step) => step.outcome));
  const levels = new Set(findings.map((finding) => finding.level));
  if (ended?.reason === 'interrupted') return 'interrupted';
  if (levels.has('fail') || outcomes.has('failed')) return 'fail';
  if (failOn === 'warn' && (levels.has('warn') || outcomes.has('warned'))) return 'fail';
  const broken = outcomes.has('error') || outcomes.has('interrupted');
  const measured = outcomes.has('passed') || outcomes.has('warned');
  const completed = ended?.reason === 'completed' && ended.error === undefined;
  return completed && measured && !broken ? 'pass' : 'error';
}

/** All steps in the order in which they were announced, also those that never came to an end. */
function foldSteps(
  events: readonly Event[],
  announced: RunStarted['steps'],
  ended: RunEnded | undefined,
): StepReport[] {
  const ids = new Set<StepId>(announced);
  for (const event of events) {
    if (event.type === 'step-started' || event.type === 'step-ended') ids.add(event.step);
  }
  const runStartedAt = events.find((event) => event.type === 'run-started')?.at;
  return [...ids].map((id) => foldStep(id, events, { ended, runStartedAt }));
}

function foldStep(
  id: StepId,
  events: readonly Event[],
  run: { readonly ended: RunEnded | undefined; readonly runStartedAt: number | undefined },
): StepReport {
  const { ended, runStartedAt } = run;
  const start = events.find((event) => event.type === 'step-started' && event.step === id);
  const startMs =
    start === undefined || runStartedAt === undefined ? {} : { startMs: start.at - runStartedAt };
  const end = events.findLast((event) => event.type === 'step-ended' && event.step === id);
  const measurements: Measurement[] = events.flatMap((event) =>
    event.type === 'measurement-taken' && event.step === id ? [event.measurement] : [],
  );
  if (end?.type === 'step-ended') {
    const { outcome, ms, summary } = end;
    return { id, outcome, ...startMs, ms: Math.round(ms), summary, measurements };
  }
  const until = ended?.at ?? events.at(-1)?.at ?? 0;
  return {
    id,
    outcome: unfinishedOutcome(start !== undefined, ended),
    ...startMs,
    ms: start === undefined ? 0 : until - start.at,
    summary: start === undefined ? 'not reached' : 'did not end',
    measurements,
  };
}

function unfinishedOutcome(started: boolean, ended: RunEnded | undefined): StepReport['outcome'] {
  if (started) return ended?.reason === 'interrupted' ? 'interrupted' : 'error';
  // Never begun because the run broke off; in a run that came to its end that is an error.
  return ended === undefined || ended.reason === 'completed' ? 'error' : 'skipped';
}
