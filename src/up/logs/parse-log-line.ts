/** Levels of a log line, the least first. */
export const logLevels = ['debug', 'info', 'warning', 'error', 'critical'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One line of an application, understood as far as it can be. */
export type ParsedLine =
  | { readonly type: 'text'; readonly text: string; readonly level: LogLevel | undefined }
  | {
      readonly type: 'record';
      /** As the application wrote it. */
      readonly time: string | undefined;
      readonly level: LogLevel | undefined;
      readonly logger: string | undefined;
      readonly message: string;
      /** All that has no place of its own, in the order of the line. */
      readonly fields: readonly (readonly [string, string])[];
      /** Lines of a traceback. */
      readonly traceback: readonly string[];
    };

/** Names under which loggers of the Python world write the same things, the usual one first. */
const keys = {
  time: ['timestamp', 'time', 'asctime', '@timestamp', 'ts', 'datetime'],
  level: ['level', 'levelname', 'severity', 'log_level', 'loglevel', 'log.level'],
  logger: ['logger', 'name', 'logger_name', 'log.logger'],
  message: ['message', 'msg', 'event'],
  traceback: ['exc_info', 'traceback', 'exception', 'exc_text', 'stack_info', 'error.stack_trace'],
} as const;

const levelNames: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warning',
  warning: 'warning',
  err: 'error',
  error: 'error',
  exception: 'error',
  fatal: 'critical',
  critical: 'critical',
  alert: 'critical',
  emergency: 'critical',
};

/** Where a level stands in lines that are no JSON: `[INFO]`, `ERROR:`, `2026-01-31 … WARNING …`. */
const levelInText =
  /(?:^|[\s[(|])(DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)(?=[\s\])|:]|$)/u;
const levelReach = 80;

/** Understands one line. Pure. */
export function parseLogLine(text: string): ParsedLine {
  const record = parseRecord(text);
  if (record !== undefined) return readRecord(record);
  const level = levelInText.exec(text.slice(0, levelReach))?.[1];
  return { type: 'text', text, level: readLevel(level) };
}

type JsonRecord = Readonly<Record<string, unknown>>;

function parseRecord(text: string): JsonRecord | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return undefined;
  try {
    const record = JSON.parse(trimmed) as JsonRecord;
    // Any JSON may be printed; a log record says something.
    return keys.message.some((key) => Object.hasOwn(record, key)) ? record : undefined;
  } catch {
    return undefined;
  }
}

function readRecord(record: JsonRecord): ParsedLine {
  const taken = new Set<string>();
  const take = (names: readonly string[]): unknown => {
    const key = names.find((name) => record[name] !== undefined && record[name] !== null);
    if (key !== undefined) taken.add(key);
    return key === undefined ? undefined : record[key];
  };
  const time = take(keys.time);
  const level = readLevel(take(keys.level));
  const logger = take(keys.logger);
  const message = take(keys.message);
  const traceback = readTraceback(take(keys.traceback));
  return {
    type: 'record',
    time: time === undefined ? undefined : formatValue(time),
    level,
    logger: logger === undefined ? undefined : formatValue(logger),
    message: formatValue(message),
    fields: Object.entries(record)
      .filter(([key, value]) => !taken.has(key) && value !== null)
      .map(([key, value]) => [key, formatValue(value)] as const),
    traceback,
  };
}

/** Names, and the numbers of Python (10 to 50), which pino and others share. */
function readLevel(value: unknown): LogLevel | undefined {
  if (typeof value === 'string') return levelNames[value.toLowerCase()];
  if (typeof value !== 'number') return undefined;
  return logLevels[Math.min(4, Math.max(0, Math.ceil(value / 10) - 1))];
}

function readTraceback(value: unknown): readonly string[] {
  const text = Array.isArray(value) ? value.map(formatValue).join('\n') : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trimEnd().split('\n') : [];
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
