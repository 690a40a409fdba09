import { formatDuration } from '../quantity.ts';
import { type Markup, markup } from './markup.ts';

/** A span of time on a picture; `x` answers where a moment stands. */
export interface TimeAxis {
  readonly fromMs: number;
  readonly toMs: number;
  readonly left: number;
  readonly width: number;
}

/** Where a moment stands, held within the axis. */
export function placeMoment({ fromMs, toMs, left, width }: TimeAxis, atMs: number): number {
  const share = (atMs - fromMs) / Math.max(1, toMs - fromMs);
  return Math.round((left + Math.min(1, Math.max(0, share)) * width) * 10) / 10;
}

/** Lines at round moments, four to eight of them, and how long after `fromMs` they are. */
export function renderTicks(axis: TimeAxis, top: number, bottom: number): readonly Markup[] {
  const span = Math.max(1, axis.toMs - axis.fromMs);
  const steps = [1, 2, 5].flatMap((digit) =>
    [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((scale) => digit * scale),
  );
  const step = steps.toSorted((a, b) => a - b).find((one) => span / one <= 8) ?? span;
  const count = Math.floor(span / step);
  return Array.from({ length: count + 1 }, (_, index) => {
    const x = placeMoment(axis, axis.fromMs + index * step);
    const label = index === 0 ? '0' : formatDuration(index * step);
    return markup`<line class="tick" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text class="axis" x="${x}" y="${bottom + 14}" text-anchor="middle">${label}</text>`;
  });
}
