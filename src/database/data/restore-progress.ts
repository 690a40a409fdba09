import type { Clock } from '../../context/clock.ts';
import { formatBytes, formatDuration } from '../../report/formats/quantity.ts';

/** Says how far a restore is, at most a few times a second. */
export interface RestoreProgress {
  readonly addBytes: (count: number) => void;
  /** Something else than reading is done now. */
  readonly begin: (text: string) => void;
}

const pauseMs = 250;
/** Before that, the speed says nothing. */
const leastElapsedMs = 1500;

/** `total` bytes are to be read, as far as that is known. */
export function createRestoreProgress(
  clock: Clock,
  total: number | undefined,
  say: (text: string) => void,
): RestoreProgress {
  const startedMs = clock.monotonicMs();
  let read = 0;
  let saidMs = -pauseMs;
  return {
    addBytes(count) {
      read += count;
      const nowMs = clock.monotonicMs();
      if (nowMs - saidMs < pauseMs) return;
      saidMs = nowMs;
      say(describeProgress(read, total, nowMs - startedMs));
    },
    begin: say,
  };
}

/** `restored 312 MB of 1.2 GB, about 25 s left`. */
export function describeProgress(
  read: number,
  total: number | undefined,
  elapsedMs: number,
): string {
  if (total === undefined) return `restored ${formatBytes(read)}`;
  const said = `restored ${formatBytes(read)} of ${formatBytes(total)}`;
  if (read === 0 || elapsedMs < leastElapsedMs || read >= total) return said;
  const seconds = Math.max(1, Math.round((elapsedMs * (total - read)) / read / 1000));
  const left = seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
  return `${said}, about ${left} left`;
}
