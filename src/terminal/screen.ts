import type { Writable } from 'node:stream';

/** A stream to write to that may be a terminal. */
export interface Screen extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Choice = 'auto' | 'always' | 'never';

/** How progress is shown. */
export type ProgressMode = 'tty' | 'plain' | 'json' | 'quiet';

/**
 * Whether to colour what is written to `screen`: the flag, then FORCE_COLOR and CLICOLOR_FORCE,
 * then NO_COLOR, then whether it is a terminal that can.
 */
export function decideColor(screen: Screen, flag: Choice, environment: Environment): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (isOn(environment['FORCE_COLOR']) || isOn(environment['CLICOLOR_FORCE'])) return true;
  if ((environment['NO_COLOR'] ?? '') !== '' || environment['FORCE_COLOR'] !== undefined)
    return false;
  return screen.isTTY === true && environment['TERM'] !== 'dumb';
}

/** A live view needs a terminal that can move its cursor, with a person before it. */
export function decideProgress(
  screen: Screen,
  flag: ProgressMode | 'auto',
  environment: Environment,
): ProgressMode {
  if (flag !== 'auto' && flag !== 'tty') return flag;
  const capable = screen.isTTY === true && environment['TERM'] !== 'dumb';
  if (flag === 'tty') return capable ? 'tty' : 'plain';
  return capable && !isOn(environment['CI']) ? 'tty' : 'plain';
}

/** Columns to wrap text at: those of the terminal, between 40 and 100; else 80. */
export function textColumns(screen: Screen): number {
  if (screen.isTTY !== true || screen.columns === undefined) return 80;
  return Math.min(100, Math.max(40, screen.columns));
}

/** Set, and not to something that means no. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
}
