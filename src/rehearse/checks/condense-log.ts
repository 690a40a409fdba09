const shownCharacters = 240;
const shownTracebackLines = 5;

/** Names under which structured logs commonly keep the same things. */
const keys = {
  level: ['level', 'levelname', 'severity'],
  logger: ['logger', 'name', 'logger_name'],
  message: ['message', 'event', 'msg'],
  traceback: ['exc_info', 'exception', 'traceback', 'stack_trace', 'stack'],
} as const;

/**
 * A line of log as a person wants to read it beside a failure: of a JSON object the level, the
 * logger, the message and the end of its traceback; of long lines the beginning.
 */
function condenseLogLine(line: string): readonly string[] {
  const record = parseRecord(line);
  if (record === undefined) return [cut(line)];
  const message = pick(record, keys.message);
  if (message === undefined) return [cut(line)];
  const logger = pick(record, keys.logger);
  const level = pick(record, keys.level)?.toUpperCase();
  const start = [level, logger === undefined ? undefined : `${logger}:`, message];
  const frames = (pick(record, keys.traceback) ?? '').split('\n');
  const traceback = dropForeignFrames(frames).filter(isTelling);
  return [
    cut(start.filter((word) => word !== undefined).join(' ')),
    ...traceback.slice(-shownTracebackLines).map((text) => cut(`  ${text.trimEnd()}`)),
  ];
}

/** Lines of log as a person wants to read them: of tracebacks the frames in the project's code. */
export function condenseLog(lines: readonly string[]): readonly string[] {
  return dropForeignFrames(lines.flatMap(condenseLogLine));
}

/** The interpreter's own code and what pip installed: nobody corrects an application there. */
const foreignFile = /^<frozen |\/(?:site|dist)-packages\/|\/lib\/python\d/;

const frame = /^(\s*)File "([^"]+)", line \d+/;

/** The lines without frames of a traceback that are not in the project; their number instead. */
function dropForeignFrames(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let foreignIndent = indentOfCutFrame(lines);
  let dropped = 0;
  for (const line of lines) {
    const [, space, file] = frame.exec(line) ?? [];
    if (space !== undefined && file !== undefined) {
      foreignIndent = foreignFile.test(file) ? space.length : undefined;
      if (foreignIndent !== undefined) dropped += 1;
    } else if (foreignIndent !== undefined && line.search(/\S/) <= foreignIndent) {
      foreignIndent = undefined;
    }
    if (foreignIndent !== undefined) continue;
    if (dropped > 0) kept.push(`  … ${dropped} ${dropped === 1 ? 'frame' : 'frames'} in libraries`);
    dropped = 0;
    kept.push(line);
  }
  return kept;
}

/** The last lines of a log may begin with code whose frame is not among them: of no use alone. */
function indentOfCutFrame(lines: readonly string[]): number | undefined {
  const indent = lines
    .map((line) => frame.exec(line)?.[1]?.length)
    .find((one) => one !== undefined);
  return indent !== undefined && (lines[0] ?? '').search(/\S/) > indent ? indent : undefined;
}

/** All that a line of log says in words, without JSON's escapes: for searching in. */
export function readLogText(line: string): string {
  const record = parseRecord(line);
  if (record === undefined) return line;
  const texts = [pick(record, keys.message), pick(record, keys.traceback)];
  return texts.filter((text) => text !== undefined).join('\n') || line;
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function pick(
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string | undefined {
  const value = names.map((name) => record[name]).find((one) => typeof one === 'string');
  return typeof value === 'string' ? value : undefined;
}

/** The markers under a line of code repeat what the line says. */
function isTelling(line: string): boolean {
  return line.trim() !== '' && !/^\s*[~^]+\s*$/.test(line);
}

function cut(text: string): string {
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}
