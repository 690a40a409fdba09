import { type LogLevel, logLevels, type ParsedLine } from './parse-log-line.ts';

/** Which lines a person wants to see. */
export interface LineFilter {
  /** At least this level. */
  readonly level?: LogLevel | undefined;
  /** Somewhere in the line. */
  readonly grep?: RegExp | undefined;
}

/** Lines that belong to the one before: what is indented, and how Python begins and ends a traceback. */
const continuation =
  /^(\s|Traceback \(most recent call last\):|\w+(\.\w+)*(Error|Exception|Warning)\b|$)/u;

/**
 * Decides line by line what is shown. A line without a level of its own, such as a line of a
 * traceback, goes with the line before it; where there is none, it counts as `info`.
 */
export function createLineFilter({
  level,
  grep,
}: LineFilter): (line: ParsedLine, raw: string) => boolean {
  let before: LogLevel = 'info';
  let wasShown = true;
  return (line, raw) => {
    const continues = line.type === 'text' && line.level === undefined && continuation.test(raw);
    if (line.level !== undefined) before = line.level;
    else if (!continues) before = 'info';
    const isLoud = level === undefined || logLevels.indexOf(before) >= logLevels.indexOf(level);
    // A traceback is shown or hidden as a whole.
    const fits = grep === undefined || grep.test(raw) || (continues && wasShown);
    wasShown = isLoud && fits;
    return wasShown;
  };
}
