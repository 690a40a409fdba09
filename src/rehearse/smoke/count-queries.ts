import { randomBytes } from 'node:crypto';
import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../../database/postgres-session.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { createStatementLog, logPrefix, type StatementLog } from './statement-log.ts';
import type { AskedPostgres } from './smoke-target.ts';

/** What was counted while something was asked. */
export interface CountedQueries {
  /** Queries of the application, without those that only begin and end transactions. */
  readonly count: number;
  /** The most frequent ones, each once with how often it came. */
  readonly frequent: readonly string[];
}

/** How long the log may take to come through the engine. */
const logTimeoutMs = 10_000;

/**
 * Counts the queries that the application sends during `ask`, in the log of the server: nothing of
 * the application or its image changes for it. Answers why they could not be counted as a text.
 *
 * `pg_stat_statements` would need the extension and a restart; the log is in every Postgres.
 */
export async function countQueries<T>(
  { engine, containerId, address, counted: source }: AskedPostgres,
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<{ readonly asked: T; readonly counted: CountedQueries | string }> {
  const ended = new AbortController();
  const following = AbortSignal.any([signal, ended.signal]);
  const log = createStatementLog(source);
  let earlier: readonly PostgresSetting[] = [];
  const options = { follow: true, tail: 0 };
  const reading = log.follow(engine.logs(containerId, options, following)).catch(() => undefined);
  try {
    return await withPostgresSession(address, signal, async (query) => {
      earlier = await readOwnSettings(query);
      const problem = await beginLogging(query, earlier, signal);
      if (problem !== undefined) return { asked: await ask(), counted: problem };
      try {
        return await askBetweenMarks({ query, log, signal }, ask);
      } finally {
        if (!signal.aborted) await endLogging(query, earlier);
      }
    });
  } finally {
    ended.abort();
    await reading;
    // The session was cut: what it had turned on would stay.
    if (signal.aborted) await restoreByForce(address, earlier);
  }
}

/** After an abort there is little time, and the database may be gone. */
const restoreTimeoutMs = 3000;

async function restoreByForce(
  address: PostgresAddress,
  earlier: readonly PostgresSetting[],
): Promise<void> {
  const limit = AbortSignal.timeout(restoreTimeoutMs);
  const restore = (query: PostgresQuery): Promise<void> => endLogging(query, earlier);
  await withPostgresSession(address, limit, restore).catch(() => undefined);
}

async function askBetweenMarks<T>(
  {
    query,
    log,
    signal,
  }: { readonly query: PostgresQuery; readonly log: StatementLog; readonly signal: AbortSignal },
  ask: () => Promise<T>,
): Promise<{ readonly asked: T; readonly counted: CountedQueries | string }> {
  const name = randomBytes(6).toString('hex');
  const [begin, end] = [`djdev begin ${name}`, `djdev end ${name}`];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(logTimeoutMs)]);
  // What was written before the engine began to hand the log on does not come: say it again.
  let isRead = false;
  while (!isRead && !limit.aborted) {
    await query(`SELECT '${begin}'`);
    isRead = await log.arrived(begin, AbortSignal.any([limit, AbortSignal.timeout(repeatMs)]));
  }
  const asked = await ask();
  if (!isRead) return { asked, counted: unreadable };
  await query(`SELECT '${end}'`);
  const ended = AbortSignal.any([signal, AbortSignal.timeout(logTimeoutMs)]);
  const isComplete = await log.arrived(end, ended);
  signal.throwIfAborted();
  return { asked, counted: isComplete ? summarise(log.between(begin, end)) : unreadable };
}

const repeatMs = 200;

const unreadable = 'the log of the Postgres does not come to the output of its container';

/** Turns the log on for all sessions, those that the application keeps open included. */
async function beginLogging(
  query: PostgresQuery,
  earlier: readonly PostgresSetting[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await query("ALTER SYSTEM SET lc_messages = 'C'");
    await query(`ALTER SYSTEM SET log_line_prefix = '${logPrefix}'`);
    await query('ALTER SYSTEM SET log_parameter_max_length = 0');
    await query("ALTER SYSTEM SET log_statement = 'all'");
    await query('SELECT pg_reload_conf()');
    // Sessions take the setting before their next statement; this one tells that it has come.
    for (;;) {
      signal.throwIfAborted();
      const [row] = await query('SHOW log_statement');
      if (row?.['log_statement'] === 'all') return undefined;
    }
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    await endLogging(query, earlier);
    return 'the Postgres does not let its log be turned on';
  }
}

/** A setting that somebody has given to the server itself. */
interface PostgresSetting {
  readonly name: string;
  readonly value: string;
}

const changedSettings = [
  'log_statement',
  'log_line_prefix',
  'log_parameter_max_length',
  'lc_messages',
] as const;

/** What ALTER SYSTEM had set before; what a djdev that was killed has left is nobody's. */
async function readOwnSettings(query: PostgresQuery): Promise<readonly PostgresSetting[]> {
  const rows = await query(
    `SELECT name, setting FROM pg_file_settings
      WHERE sourcefile LIKE '%postgresql.auto.conf' AND name = ANY ($1)`,
    [changedSettings],
  ).catch(() => []);
  const found = rows.map(({ name, setting }) => ({ name: String(name), value: String(setting) }));
  return found.some(({ value }) => value === logPrefix) ? [] : found;
}

async function endLogging(
  query: PostgresQuery,
  earlier: readonly PostgresSetting[],
): Promise<void> {
  for (const name of changedSettings) {
    const before = earlier.find((one) => one.name === name);
    const change =
      before === undefined
        ? `ALTER SYSTEM RESET ${name}`
        : `ALTER SYSTEM SET ${name} = '${before.value.replaceAll("'", "''")}'`;
    await query(change).catch(() => undefined);
  }
  await query('SELECT pg_reload_conf()').catch(() => undefined);
}

const shownStatements = 5;
const shownCharacters = 110;

function summarise(statements: readonly string[]): CountedQueries {
  const times = new Map<string, number>();
  for (const statement of statements) {
    const shape = withoutValues(statement);
    times.set(shape, (times.get(shape) ?? 0) + 1);
  }
  const frequent = [...times]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, shownStatements)
    .map(([shape, count]) => `${count} × ${shorten(shape)}`);
  return { count: statements.length, frequent };
}

/** What rows hold does not belong into a report, and queries that differ in it are one kind. */
function withoutValues(statement: string): string {
  return statement
    .replace(/'(?:[^']|'')*'/g, '?')
    .replace(/\b\d+(\.\d+)?\b/g, '?')
    .replace(/\s+/g, ' ')
    .replace(/\((?:\?, ?)+\?\)/g, '(?, …)');
}

function shorten(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
