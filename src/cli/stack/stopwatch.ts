import { formatDuration } from '../../report/formats/quantity.ts';
import type { StackEvent } from '../../report/stack-event.ts';

/** Takes down how long the parts of a start took. */
export interface Stopwatch {
  readonly take: (event: StackEvent) => void;
  /** For people: a line for each part and one for all, ending with a newline. */
  readonly format: () => string;
}

/** Starts to count. */
export function startStopwatch(): Stopwatch {
  const startedMs = performance.now();
  const rows: string[] = [];
  const row = (name: string, ms: number): string => `  ${name.padEnd(12)}${formatDuration(ms)}`;
  return {
    take(event) {
      if (event.type === 'phase-ended') rows.push(row(event.phase, event.ms));
    },
    format: () =>
      `${['Time of the start:', ...rows, row('all', performance.now() - startedMs)].join('\n')}\n`,
  };
}
