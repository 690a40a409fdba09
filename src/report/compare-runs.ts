import type { Measurement } from './finding.ts';
import type { RunRecord } from './run-record.ts';

/** A number that is not what it was. */
export interface Change {
  /** `step migrate`, `time to first healthy answer`, `image`. */
  readonly what: string;
  readonly unit: Measurement['unit'];
  readonly before: number;
  readonly after: number;
}

type RecordedFinding = RunRecord['findings'][number];

/** What differs between a run and those before it. */
export interface RunComparison {
  /** The start of the run that findings are compared with. */
  readonly since: string;
  readonly verdictBefore: RunRecord['verdict'];
  /** Worse than before, the most first: slower, larger. */
  readonly worse: readonly Change[];
  readonly better: readonly Change[];
  readonly appeared: readonly RecordedFinding[];
  readonly fixed: readonly RecordedFinding[];
  /** Findings that were there before and still are. */
  readonly remaining: number;
}

/** So many runs of the past make the number that a new one is compared with. */
const comparedRuns = 5;

/** A build and its inspection take as long as what changed, preflight as long as the engine: no news. */
const incomparable = new Set(['build', 'image', 'preflight']);

/**
 * Compares a run with earlier ones, the oldest first: numbers with the median of the last five,
 * findings with the last that came to its end. `undefined` when there is none, or it did not itself.
 */
export function compareRuns(
  earlier: readonly RunRecord[],
  run: RunRecord,
): RunComparison | undefined {
  const ended = earlier.filter(hasEnded);
  const last = ended.at(-1);
  if (last === undefined || !hasEnded(run)) return undefined;
  const changes = listNumbers(run).flatMap(({ what, unit, value }): Change[] => {
    const past = ended.flatMap((one) =>
      listNumbers(one).flatMap((number) => (number.what === what ? [number.value] : [])),
    );
    const before = median(past.slice(-comparedRuns));
    return before !== undefined && isNews(unit, before, value)
      ? [{ what, unit, before, after: value }]
      : [];
  });
  const known = new Set(last.findings.map(({ fingerprint }) => fingerprint));
  const found = new Set(run.findings.map(({ fingerprint }) => fingerprint));
  return {
    since: last.startedAt,
    verdictBefore: last.verdict,
    worse: changes.filter(({ before, after }) => after > before).toSorted(byFactor),
    better: changes.filter(({ before, after }) => after < before).toSorted(byFactor),
    // Of a step that did not run nobody knows what it would have found.
    appeared: run.findings.filter((one) => !known.has(one.fingerprint) && didRun(last, one.step)),
    fixed: last.findings.filter((one) => !found.has(one.fingerprint) && didRun(run, one.step)),
    remaining: run.findings.filter(({ fingerprint }) => known.has(fingerprint)).length,
  };
}

function hasEnded({ verdict }: RunRecord): boolean {
  return verdict === 'pass' || verdict === 'fail';
}

interface ComparableNumber {
  readonly what: string;
  readonly unit: Measurement['unit'];
  readonly value: number;
}

/** Of a step that measured a time of its own, that time: the step's says the same less well. */
function listNumbers({ steps, measurements, imageBytes }: RunRecord): readonly ComparableNumber[] {
  const measured = measurements.filter(
    ({ step, unit }) => !incomparable.has(step) && unit !== 'count',
  );
  const timed = new Set(measured.flatMap(({ step, unit }) => (unit === 'ms' ? [step] : [])));
  return [
    ...steps
      .filter(({ id, outcome }) => /^(?:passed|warned)$/.test(outcome) && !timed.has(id))
      .filter(({ id }) => !incomparable.has(id))
      .map(({ id, ms }): ComparableNumber => ({ what: `step ${id}`, unit: 'ms', value: ms })),
    ...measured.map(({ name, unit, value }) => ({ what: name, unit, value })),
    ...(imageBytes === undefined
      ? []
      : [{ what: 'image', unit: 'bytes', value: imageBytes } as const]),
  ];
}

/** Times vary with the machine's load, sizes do not. */
function isNews(unit: Measurement['unit'], before: number, after: number): boolean {
  const difference = Math.abs(after - before);
  if (unit === 'bytes') return difference > Math.max(1_000_000, before * 0.02);
  return difference > Math.max(500, before * 0.5);
}

function didRun({ steps }: RunRecord, id: string): boolean {
  return steps.some((step) => step.id === id && /^(?:passed|warned|failed)$/.test(step.outcome));
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

function byFactor(a: Change, b: Change): number {
  const factor = ({ before, after }: Change): number =>
    Math.abs(Math.log((after || 1) / (before || 1)));
  return factor(b) - factor(a);
}
