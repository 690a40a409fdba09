import { DjdevError } from '../errors/djdev-error.ts';
import { parseDurationMs } from '../project/quantities.ts';

/** `90s`, `10m` or `500ms` as milliseconds. Throws `DJ-USAGE` for anything else. */
export function parseTimeout(text: string): number {
  const ms = parseDurationMs(text);
  // Timers cannot wait longer than 2^31 - 1 ms.
  if (ms !== undefined && ms > 0 && ms <= 2_147_483_647) return ms;
  throw new DjdevError('DJ-USAGE', {
    message: `--timeout cannot be "${text}": it is a duration such as 90s or 10m.`,
  });
}
