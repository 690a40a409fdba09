/** Times of one way of doing something, in milliseconds. */
export interface Measurement {
  readonly name: string;
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
}

export interface Contender {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/**
 * Times every contender `rounds` times, in turn, so that what else the machine does falls on all
 * alike. Each has run once before, without being timed.
 */
export async function measure(
  contenders: readonly Contender[],
  rounds: number,
): Promise<readonly Measurement[]> {
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (const { run } of contenders) await run();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of contenders) {
      const startedMs = performance.now();
      await run();
      times.get(name)?.push(performance.now() - startedMs);
    }
  }
  return [...times].map(([name, values]) => ({
    name,
    medianMs: median(values),
    fastestMs: Math.min(...values),
    slowestMs: Math.max(...values),
  }));
}

/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor((sorted.length - 1) / 2);
  const upper = sorted.length % 2 === 0 ? middle + 1 : middle;
  return ((sorted[middle] ?? Number.NaN) + (sorted[upper] ?? Number.NaN)) / 2;
}

/** A table for the terminal: medians, spread, and each time as a multiple of the first one's. */
export function formatMeasurements(measurements: readonly Measurement[]): string {
  const [first] = measurements;
  const width = Math.max(...measurements.map(({ name }) => name.length));
  return measurements
    .map(({ name, medianMs, fastestMs, slowestMs }) => {
      const ratio = medianMs / (first?.medianMs ?? medianMs);
      const spread = `${fastestMs.toFixed(0)}–${slowestMs.toFixed(0)}`;
      return `${name.padEnd(width)} ${medianMs.toFixed(0).padStart(7)} ms  ${spread.padStart(12)}  ${ratio.toFixed(2).padStart(7)}x`;
    })
    .join('\n');
}
