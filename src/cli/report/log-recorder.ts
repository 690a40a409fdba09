import type { Event } from '../../report/event.ts';
import type { RecordedLog } from '../../report/recorded-log.ts';

/** Of each source in each step so many lines are kept, the newest. */
const keptLines = 10_000;

/** Keeps what was written during a run, so that it can be looked at later. */
export interface LogRecorder {
  readonly record: (event: Event) => void;
  /** In the order in which the first line of each came. */
  readonly logs: () => readonly RecordedLog[];
}

interface GrowingLog extends RecordedLog {
  readonly lines: string[];
  dropped: number;
}

export function createLogRecorder(): LogRecorder {
  const kept = new Map<string, GrowingLog>();
  return {
    record(event) {
      if (event.type !== 'line-logged') return;
      const { step, source, line } = event;
      const key = `${step}\n${source}`;
      const log = kept.get(key) ?? { step, source, lines: [], dropped: 0 };
      kept.set(key, log);
      log.lines.push(line);
      // Seldom, because it moves all the others.
      if (log.lines.length >= 2 * keptLines) trim(log);
    },
    logs: () =>
      [...kept.values()].map((log) => {
        trim(log);
        return log;
      }),
  };
}

function trim(log: GrowingLog): void {
  const surplus = Math.max(0, log.lines.length - keptLines);
  log.lines.splice(0, surplus);
  log.dropped += surplus;
}
