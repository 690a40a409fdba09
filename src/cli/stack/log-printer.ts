import { createLineFilter } from '../../up/logs/filter-lines.ts';
import { type LogLevel, parseLogLine } from '../../up/logs/parse-log-line.ts';
import { sanitizeText } from '../../report/formats/sanitize-text.ts';
import { createLabel, formatLogRecord } from '../../terminal/log-line-view.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Invocation } from '../command.ts';
import { styleOf } from './open-stack-command.ts';

/** Prints lines of several sources. */
export interface LogPrinter {
  readonly print: (role: string, line: string) => void;
  readonly level: () => LogLevel | undefined;
  /** From now on only lines of at least this level. */
  readonly setLevel: (level: LogLevel | undefined) => void;
}

/** Prints lines of several sources on stdout, filtered by `--level` and `--grep`. */
export function createLogPrinter(invocation: Invocation, roles: readonly string[]): LogPrinter {
  const { options, io, redactor } = invocation;
  const style = styleOf(invocation, io.stdout);
  const label = createLabel(roles, style);
  const grep = readPattern(options.grep);
  let { level } = options;
  const createFilters = () =>
    new Map(roles.map((role) => [role, createLineFilter({ level, grep })]));
  let filters = createFilters();
  const print = (role: string, raw: string): void => {
    const line = parseLogLine(raw);
    if (filters.get(role)?.(line, raw) === false) return;
    const shown = line.type === 'record' ? formatLogRecord(line, style) : [sanitizeText(line.text)];
    for (const text of shown) io.stdout.write(redactor.redact(`${label(role)} ${text}\n`));
  };
  return {
    print,
    level: () => level,
    setLevel(next) {
      level = next;
      filters = createFilters();
    },
  };
}

function readPattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    throw new DjdevError('DJ-USAGE', {
      message: `--grep cannot be "${text}": it is no regular expression.`,
      cause,
    });
  }
}
