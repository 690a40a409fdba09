import type { Clock } from '../../context/clock.ts';
import { readCatalog } from '../../database/observe/catalog.ts';
import { watchDatabase } from '../../database/observe/watch-database.ts';
import { readPostgresFailure } from '../../database/postgres-error.ts';
import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../../database/postgres-session.ts';
import { fillTables } from '../../database/synthetic/fill-tables.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { MigrationsReport } from '../../report/migration-report.ts';
import { listUsedTables, reportMigrations } from '../report-migrations.ts';
import { shorten } from '../verdict/statement-facts.ts';
import { runScript } from './run-script.ts';
import { type ScriptStatement, splitStatements } from './split-statements.ts';

/** A script of SQL to be observed. */
export interface TraceRequest {
  /** Name of its file. */
  readonly file: string;
  readonly script: string;
  /** Run before, unobserved: what production has. */
  readonly setup?: { readonly file: string; readonly script: string };
  /** The whole script in one transaction. */
  readonly atomic: boolean;
  /** Rows for each table that is empty after the set-up; 60 by default. */
  readonly rows?: number;
}

/** Enough to show every class of lock and work. */
const usualRows = 60;

/** What may run outside of a transaction, where only other sessions see its locks. */
const outside = /\b(?:concurrently|vacuum|call|reindex|cluster)\b/iu;

/** A script is over too soon on smaller tables for anybody to wait. */
const tellingRows = 10_000;

/**
 * Runs a script in an empty database, after its set-up and with made-up rows, and reports on it as
 * on one migration. Throws `DJ-SQL-SETUP` when the set-up does not run.
 */
export async function traceScript(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  address: PostgresAddress,
  request: TraceRequest,
): Promise<MigrationsReport> {
  const statements = splitStatements(request.script);
  return await withPostgresSession(address, signal, async (query) => {
    // Compiling takes longer than these small queries, and its times are not those of a migration.
    await query('SET jit = off');
    if (request.setup) await runSetup(query, request.setup);
    await fillTables(query, { rows: request.rows ?? usualRows });
    const before = await readCatalog(query);
    const rows = await countRows(query, before.tables);
    const isLong = [...rows.values()].some((count) => count >= tellingRows);
    const watch = await watchDatabase(address, {
      clock,
      signal,
      tables:
        isLong || statements.some(({ sql }) => outside.test(sql)) ? listUsedTables(before) : [],
      canaries: isLong,
    });
    const run = await runScript(query, clock, statements, request);
    const record = await watch.stop();
    const catalog = run.outcome === 'applied' ? await readCatalog(query) : undefined;
    return reportMigrations({
      migrations: [
        {
          app: '',
          name: request.file,
          own: true,
          file: request.file,
          atomic: request.atomic,
          outcome: run.outcome,
          startedMs: run.startedMs,
          ms: run.ms,
          operations: statements.map(describeStatement),
          steps: run.steps,
          ...(catalog && { catalog }),
        },
      ],
      before,
      watch: record,
      startMs: run.startedMs,
      data: 'synthetic',
      rows,
      django: undefined,
      locate: (file) => file,
    });
  });
}

function describeStatement({ sql, line }: ScriptStatement): {
  readonly description: string;
  readonly kind: string;
  readonly line: number;
} {
  return { description: shorten(sql), kind: 'SQL', line };
}

/** SQLSTATE of a role that is not there. */
const missingObject = '42704';

/** What a dump says of production's roles: nothing here depends on it. */
const aboutRoles =
  /^\s*(?:grant|revoke|alter\s+[\s\S]+\sowner\s+to|alter\s+default\s+privileges)\b/iu;

async function runSetup(
  query: PostgresQuery,
  { file, script }: { readonly file: string; readonly script: string },
): Promise<void> {
  const before = await readSearchPath(query);
  for (const { sql, line } of splitStatements(script)) {
    try {
      await query(sql);
    } catch (error) {
      if (!(error instanceof DjdevError) || error.code !== 'DJ-DATABASE-QUERY') throw error;
      const { message, sqlState } = readPostgresFailure(error.cause);
      if (sqlState === missingObject && aboutRoles.test(sql)) continue;
      throw new DjdevError('DJ-SQL-SETUP', {
        message: `The set-up does not run: ${message}${sqlState === undefined ? '' : ` (${sqlState})`}, at “${shorten(sql)}”.`,
        hint: 'The set-up has to make what the script expects to be there, in an empty database.',
        location: { file, line },
        cause: error,
      });
    }
  }
  // A dump empties it and names every table in full; what comes next need not.
  if ((await readSearchPath(query)) === '')
    await query(`SELECT set_config('search_path', $1, false)`, [before]);
}

async function readSearchPath(query: PostgresQuery): Promise<string> {
  const [row] = await query("SELECT current_setting('search_path') AS path");
  return String(row?.['path']);
}

async function countRows(
  query: PostgresQuery,
  tables: readonly { readonly schema: string; readonly name: string; readonly kind: string }[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { schema, name, kind } of tables) {
    if (kind !== 'table') continue;
    const quote = (part: string): string => `"${part.replaceAll('"', '""')}"`;
    const [row] = await query(
      `SELECT count(*)::float8 AS rows FROM ${quote(schema)}.${quote(name.slice(schema.length + 1))}`,
    ).catch(() => []);
    if (row) counts.set(name, Number(row['rows']));
  }
  return counts;
}
