import type { Finding } from '../../report/finding.ts';

/** What a log system looks for in a record, under the names that formatters give it. */
const keys = {
  time: ['timestamp', 'time', 'ts', '@timestamp', 'asctime', 'created', 'datetime', 'date'],
  level: ['level', 'levelname', 'severity', 'lvl', 'log.level', 'levelno'],
  message: ['message', 'msg', 'event', 'text'],
} as const;

/** From this share on a record is meant to have a key. */
const meantShare = 0.5;

/** Records of a JSON log without what makes them searchable. */
export function checkLogRecords(
  lines: readonly string[],
  declared: 'json' | undefined,
): readonly Finding[] {
  const records = lines.flatMap(readRecord);
  if (records.length === 0 || records.length < lines.length * meantShare) return [];
  const absent = Object.entries(keys).filter(
    ([, names]) =>
      records.filter((record) => !names.some((name) => record[name] !== undefined)).length >
      records.length * meantShare,
  );
  const [first] = absent;
  if (first === undefined) return [];
  return [
    {
      code: 'log-keys-missing',
      level: declared === 'json' ? 'fail' : 'warn',
      step: 'http',
      title: `Log records have no ${absent.map(([name]) => name).join(' and no ')}.`,
      detail: `${JSON.stringify(records.at(-1)).slice(0, 200)}\nOne of ${first[1].slice(0, 4).join(', ')} is expected.`,
      hint: 'Let the formatter add it: python-json-logger’s fmt="%(asctime)s %(levelname)s %(name)s %(message)s", structlog’s TimeStamper(fmt="iso", utc=True) and add_log_level.',
    },
  ];
}

function readRecord(line: string): readonly Readonly<Record<string, unknown>>[] {
  if (!line.trimStart().startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [];
  } catch {
    return [];
  }
}

/** An id that answers carry and that the log does not: nobody can follow a request by it. */
export function checkRequestId(
  header: string,
  id: string | undefined,
  lines: readonly string[],
): readonly Finding[] {
  if (id === undefined || id === '' || lines.length === 0) return [];
  if (lines.some((line) => line.includes(id))) return [];
  return [
    {
      code: 'request-id-not-logged',
      level: 'warn',
      step: 'http',
      title: `Answers carry ${header}, and the log never names it.`,
      detail: `${header}: ${id}, and none of the ${lines.length} lines written meanwhile has it.`,
      hint: 'Add the id to the records: a logging filter of the middleware that makes it (django-log-request-id, django-structlog, asgi-correlation-id have one).',
    },
  ];
}
