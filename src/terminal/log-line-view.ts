import { sanitizeText } from '../report/formats/sanitize-text.ts';
import type { Style } from '../report/formats/style.ts';

/** A log record in the terms of the screen. */
export interface ShownRecord {
  readonly time: string | undefined;
  readonly level: 'debug' | 'info' | 'warning' | 'error' | 'critical' | undefined;
  readonly logger: string | undefined;
  readonly message: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly traceback: readonly string[];
}

const levelWidth = 8;

/**
 * A log record for people: time of day, level, logger, message, all else dimmed behind it, and a
 * traceback on lines of its own. Pure.
 */
export function formatLogRecord(record: ShownRecord, style: Style): readonly string[] {
  const { time, level, logger, message, fields, traceback } = record;
  const paint = { debug: style.dim, info: style.green, warning: style.yellow } as const;
  const paintLevel =
    level === 'error' || level === 'critical' ? style.red : level ? paint[level] : style.dim;
  const head = [
    ...(time === undefined ? [] : [style.dim(timeOfDay(time))]),
    ...(level === undefined ? [] : [paintLevel(level.toUpperCase().padEnd(levelWidth))]),
    ...(logger === undefined ? [] : [style.dim(sanitizeText(logger))]),
    sanitizeText(message),
    ...fields.map(([key, value]) => style.dim(sanitizeText(`${key}=${value}`))),
  ];
  const rest = traceback.map((line) => `  ${style.red(sanitizeText(line))}`);
  return [...head.join(' ').split('\n'), ...rest];
}

/** `2026-01-31T12:00:00.123456Z` → `12:00:00.123`; what is no date stays. */
function timeOfDay(time: string): string {
  const match = /\d{4}-\d\d-\d\d[T ](\d\d:\d\d:\d\d)([.,]\d{1,3})?/u.exec(time);
  const [, clock, fraction = ''] = match ?? [];
  return clock === undefined ? sanitizeText(time) : clock + fraction.replace(',', '.');
}

/** The name of a source before each of its lines, all as wide as the widest. */
export function createLabel(roles: readonly string[], style: Style): (role: string) => string {
  const width = Math.max(0, ...roles.map((role) => role.length));
  const colours = [style.cyan, style.yellow, style.green];
  return (role) => {
    const colour = colours[Math.max(0, roles.indexOf(role)) % colours.length] ?? style.cyan;
    return colour(`${role.padEnd(width)} |`);
  };
}
