import type { Finding } from '../../report/finding.ts';

/** At this share of JSON the log is meant to be JSON. */
const meantShare = 0.5;
const shownLines = 8;

/** The lines of the booted application, judged as a log system would read them. */
export function checkLogLines(
  lines: readonly string[],
  declared: 'json' | undefined,
): readonly Finding[] {
  const written = lines.filter((line) => line.trim() !== '');
  const others = written.filter((line) => !isJsonObject(line));
  const json = written.length - others.length;
  const isMeant = declared === 'json' || json / Math.max(1, written.length) >= meantShare;
  if (written.length === 0 || others.length === 0 || !isMeant) return [];
  return [
    {
      code: 'log-not-json',
      level: declared === 'json' ? 'fail' : 'warn',
      step: 'http',
      title: `${others.length} of ${written.length} log lines are not JSON.`,
      detail: [...new Set(others)].slice(0, shownLines).map(shorten).join('\n'),
      hint:
        'Each source logs on its own: gunicorn by logconfig_dict, warnings by ' +
        'logging.captureWarnings(True), scripts by what they echo. A traceback belongs into its record.',
    },
  ];
}

/** Texts that were sent as secrets and that stand in the log. */
export function checkLoggedSecrets(
  lines: readonly string[],
  canaries: Readonly<Record<string, string>>,
): readonly Finding[] {
  const leaked = Object.entries(canaries).flatMap(([what, value]) => {
    const line = lines.find((candidate) => candidate.includes(value));
    return line === undefined ? [] : [{ what, line: line.replaceAll(value, '…') }];
  });
  const [first] = leaked;
  if (first === undefined) return [];
  return [
    {
      code: 'secrets-logged',
      level: 'fail',
      step: 'http',
      title: `The log shows ${leaked.map(({ what }) => what).join(' and ')} of requests.`,
      detail: shorten(first.line),
      hint: 'Do not log request headers, cookies or bodies; filter them where they are needed.',
    },
  ];
}

function isJsonObject(line: string): boolean {
  if (!line.trimStart().startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function shorten(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
