import type { Event } from '../report/event.ts';
import { formatDuration } from '../report/formats/quantity.ts';
import { sanitizeText } from '../report/formats/sanitize-text.ts';
import type { Style } from '../report/formats/style.ts';
import type { StepId, StepOutcome } from '../report/step.ts';

/** What the live view knows about one step. */
export interface StepRow {
  readonly id: StepId;
  state: 'waiting' | 'running' | StepOutcome;
  startedAt: number;
  ms: number;
  /** What it is doing, or how it ended. */
  text: string;
  /** The last lines of output, oldest first. */
  lines: readonly string[];
}

const shownLines = 3;

/** Keeps one row a step from the events of a run. */
export class StepBoard {
  readonly rows: ReadonlyMap<StepId, StepRow>;

  constructor(steps: readonly StepId[]) {
    this.rows = new Map(
      steps.map((id) => [id, { id, state: 'waiting', startedAt: 0, ms: 0, text: '', lines: [] }]),
    );
  }

  /** Takes an event in and answers with the row that it changed. */
  apply(event: Event): StepRow | undefined {
    switch (event.type) {
      case 'step-started':
        return this.#change(event.step, { state: 'running', startedAt: event.at });
      case 'step-progressed':
        return this.#change(event.step, { text: sanitizeText(event.text), lines: [] });
      case 'line-logged': {
        const lines = this.rows.get(event.step)?.lines ?? [];
        const line = sanitizeText(event.line);
        return this.#change(event.step, { lines: [...lines, line].slice(-shownLines) });
      }
      case 'step-ended':
        return this.#change(event.step, {
          state: event.outcome,
          ms: event.ms,
          text: sanitizeText(event.summary),
          lines: [],
        });
      default:
        return undefined;
    }
  }

  #change(id: StepId, change: Partial<StepRow>): StepRow | undefined {
    const row = this.rows.get(id);
    return row === undefined ? undefined : Object.assign(row, change);
  }
}

/**
 * `build       3.2 s  RUN pip install …`, and below it the last lines of output. A running step
 * shows the time since its start.
 */
export function formatRow(row: StepRow, now: number, style: Style): string {
  const ms = row.state === 'running' ? now - row.startedAt : row.ms;
  const timeless = row.state === 'waiting' || row.state === 'skipped';
  const time = timeless ? '' : formatDuration(roundRunning(row, ms));
  const head = `${row.id.padEnd(10)}${time.padStart(11)}  ${row.text}`.trimEnd();
  return [head, ...row.lines.map((line) => style.dim(`│ ${line}`))].join('\n');
}

/** The time of a running step moves in tenths, so that it can be read. */
function roundRunning({ state }: StepRow, ms: number): number {
  return state === 'running' ? Math.max(0, Math.floor(ms / 100) * 100) : ms;
}
