import { DjdevError } from '../../errors/djdev-error.ts';
import { formatBytes } from '../../report/formats/quantity.ts';
import type { PostgresQuery } from '../postgres-session.ts';
import { quoteText } from '../synthetic/quote-text.ts';

/** What a restored database holds, as it is remembered beside it. */
export interface RestoredData {
  /** For people: `backups/prod.dump`. */
  readonly source: string;
  readonly bytes: number;
  /** As ANALYZE estimates them. */
  readonly rows: number;
  readonly tables: number;
  /** How long the restore took, with masks and statistics. */
  readonly restoreMs: number;
  /** Epoch milliseconds. */
  readonly restoredAtMs: number;
}

/** Databases of this name hold restored data, sealed or on the way. */
const prefix = 'djdev_golden_';

/** Name of a copy that is never sealed: it goes with whatever else is unfinished. */
export function copyName(purpose: string): string {
  return `${prefix}${purpose}`;
}

/** The name of the template for a key. */
export function goldenName(key: string): string {
  return `${prefix}${key}`;
}

/** What is known of a golden template; `undefined` when there is none that was finished. */
export async function findGolden(
  query: PostgresQuery,
  key: string,
): Promise<RestoredData | undefined> {
  const [row] = await query(
    `SELECT shobj_description(oid, 'pg_database') AS comment
       FROM pg_database WHERE datname = $1 AND datistemplate`,
    [goldenName(key)],
  );
  return typeof row?.['comment'] === 'string'
    ? (JSON.parse(row['comment']) as RestoredData)
    : undefined;
}

/** Drops all restored data. */
export async function dropGoldens(query: PostgresQuery): Promise<void> {
  const rows = await query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    prefix,
  ]);
  for (const { datname } of rows) {
    await query(`ALTER DATABASE ${quoteName(String(datname))} IS_TEMPLATE false`);
    await query(`DROP DATABASE ${quoteName(String(datname))} WITH (FORCE)`);
  }
}

/** Drops what runs have made of it, and what was not restored to its end: all but templates. */
export async function dropCopies(query: PostgresQuery): Promise<void> {
  const rows = await query(
    `SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'`,
  );
  for (const { datname } of rows) {
    await query(`DROP DATABASE IF EXISTS ${quoteName(String(datname))} WITH (FORCE)`);
  }
}

/** Nobody can change a sealed template, and it is whole once it is one. */
export async function sealGolden(
  query: PostgresQuery,
  key: string,
  data: RestoredData,
): Promise<void> {
  const name = `"${goldenName(key)}"`;
  await query(`COMMENT ON DATABASE ${name} IS ${quoteText(JSON.stringify(data))}`);
  await query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
}

/** From this size on, copying files is quicker than writing everything to the log too. */
const fileCopyBytes = 1.5e9;

/** Makes `database` a copy of `template`, in the way that is quickest for its size. */
export async function cloneDatabase(
  query: PostgresQuery,
  template: string,
  database: string,
): Promise<void> {
  const [facts] = await query(
    `SELECT pg_database_size($1)::float8 AS bytes, current_setting('server_version_num')::int AS version`,
    [template],
  );
  const strategy = Number(facts?.['bytes']) < fileCopyBytes ? 'WAL_LOG' : 'FILE_COPY';
  // Before version 15 files are copied in any case.
  const how = Number(facts?.['version']) >= 150_000 ? ` STRATEGY ${strategy}` : '';
  const statement = `CREATE DATABASE ${quoteName(database)} TEMPLATE ${quoteName(template)}${how}`;
  await query(statement).catch((error: unknown) => {
    throw isDiskFull(error) ? noRoom(Number(facts?.['bytes']), error) : error;
  });
}

function isDiskFull(error: unknown): boolean {
  return error instanceof DjdevError && /No space left on device|\(53100\)/u.test(error.message);
}

function noRoom(bytes: number, cause: unknown): DjdevError {
  return new DjdevError('DJ-DISK-FULL', {
    message: `The disk of the Docker engine is full: there was no room for a copy of ${formatBytes(bytes)}.`,
    hint: 'Make room: djdev snapshot list shows copies that can go, docker system df what else takes it.',
    cause,
  });
}

/** A name as an identifier of SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
