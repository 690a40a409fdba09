import type { Clock } from '../../context/clock.ts';
import {
  baselineQuery,
  parseBackendBaseline,
  parseBackendState,
  writtenQuery,
  formatStateQuery,
} from '../../database/observe/backend-state.ts';
import { readCatalog } from '../../database/observe/catalog.ts';
import { readPostgresFailure } from '../../database/postgres-error.ts';
import type { PostgresQuery, PostgresRow } from '../../database/postgres-session.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { ObservedStatement, ObservedStep, WrittenRows } from '../observed-step.ts';
import { isDataStatement } from '../verdict/statement-facts.ts';
import type { ScriptStatement } from './split-statements.ts';
import { readTransactionWord } from './transaction-word.ts';

/** How a script went. */
export interface ScriptRun {
  readonly outcome: 'applied' | 'failed';
  readonly steps: readonly ObservedStep[];
  readonly ms: number;
  readonly startedMs: number;
}

/** SQLSTATEs of statements that want no transaction around them, or end it themselves. */
const wantsNoTransaction = new Set(['25001', '2D000', '25P01']);

/**
 * Runs statements in one session and looks, after each, at what it holds and did. A statement that
 * stands alone gets a transaction of its own for that, as the server would have given it; one that
 * allows none is run bare. The first failure ends the script.
 */
export async function runScript(
  query: PostgresQuery,
  clock: Clock,
  statements: readonly ScriptStatement[],
  { atomic }: { readonly atomic: boolean },
): Promise<ScriptRun> {
  const startedMs = clock.now();
  const runner = new ScriptRunner(query, clock);
  const outcome = await runner.run(statements, atomic);
  return { outcome, steps: runner.steps, startedMs, ms: clock.now() - startedMs };
}

class ScriptRunner {
  readonly steps: ObservedStep[] = [];
  readonly #query: PostgresQuery;
  readonly #clock: Clock;
  #inTransaction = false;

  constructor(query: PostgresQuery, clock: Clock) {
    this.#query = query;
    this.#clock = clock;
  }

  async run(
    statements: readonly ScriptStatement[],
    atomic: boolean,
  ): Promise<ScriptRun['outcome']> {
    if (atomic) await this.#begin();
    for (const [index, { sql }] of statements.entries()) {
      if (!(await this.#step(sql, index))) {
        if (this.#inTransaction) await this.#end('rollback', 'ROLLBACK');
        return 'failed';
      }
    }
    if (!this.#inTransaction) return 'applied';
    return (await this.#commit(undefined)) ? 'applied' : 'failed';
  }

  /** Whether it succeeded. */
  async #step(sql: string, index: number): Promise<boolean> {
    const word = readTransactionWord(sql);
    if (word === 'begin') {
      // As the server does it: a warning, and the transaction goes on.
      if (!this.#inTransaction) await this.#begin(sql);
      return true;
    }
    if (word === 'commit' || word === 'rollback') {
      if (!this.#inTransaction) return true;
      return word === 'commit' ? await this.#commit(index) : await this.#end('rollback', sql);
    }
    if (this.#inTransaction) return (await this.#observe(sql, index, true)) === undefined;
    await this.#begin();
    const failure = await this.#observe(sql, index, false);
    if (failure === undefined) return await this.#commit(index);
    await this.#end('rollback', 'ROLLBACK');
    if (!wantsNoTransaction.has(failure.sqlState ?? '')) return false;
    // The attempt is no part of what happened.
    this.steps.splice(-3);
    return await this.#runBare(sql, index);
  }

  async #begin(sql = 'BEGIN'): Promise<void> {
    await this.#query(sql);
    const atMs = this.#clock.now();
    const baseline = parseBackendBaseline(await this.#ask(baselineQuery));
    this.steps.push({ type: 'transaction-began', atMs, baseline });
    this.#inTransaction = true;
  }

  async #commit(index: number | undefined): Promise<boolean> {
    const atMs = this.#clock.now();
    try {
      return await this.#end('commit', 'COMMIT');
    } catch (error) {
      // Constraints that were put off are checked now.
      const failure = readFailure(error);
      this.#push({ atMs, sql: 'COMMIT', index, inTransaction: true }, failure);
      this.steps.push({ type: 'transaction-ended', atMs: this.#clock.now(), how: 'rollback' });
      this.#inTransaction = false;
      return false;
    }
  }

  async #end(how: 'commit' | 'rollback', sql: string): Promise<true> {
    await this.#query(sql);
    this.steps.push({ type: 'transaction-ended', atMs: this.#clock.now(), how });
    this.#inTransaction = false;
    return true;
  }

  async #observe(sql: string, index: number, inTransaction: boolean): Promise<Failure | undefined> {
    // A scan that is left when scans cost much is one that production has, too.
    const isData = isDataStatement(sql);
    if (isData) await this.#query('SET LOCAL enable_seqscan = off');
    const atMs = this.#clock.now();
    const from = this.#clock.monotonicMs();
    try {
      await this.#query(sql);
    } catch (error) {
      const failure = readFailure(error);
      this.#push(
        { atMs, sql, index, inTransaction, ms: this.#clock.monotonicMs() - from },
        failure,
      );
      return failure;
    }
    const ms = this.#clock.monotonicMs() - from;
    if (isData) await this.#query('SET LOCAL enable_seqscan TO DEFAULT');
    const state = parseBackendState(await this.#ask(formatStateQuery(false)));
    this.#push({ atMs, ms, sql, index, inTransaction, state });
    return undefined;
  }

  async #runBare(sql: string, index: number): Promise<boolean> {
    const before = await this.#readWritten();
    const atMs = this.#clock.now();
    try {
      await this.#query(sql);
    } catch (error) {
      this.#push({ atMs, sql, index, inTransaction: false }, readFailure(error));
      return false;
    }
    const ms = this.#clock.now() - atMs;
    const written = subtractWritten(await this.#readWritten(), before);
    const catalog = await readCatalog(this.#query);
    this.#push({ atMs, ms, sql, index, inTransaction: false, catalog, written });
    return true;
  }

  #push(
    statement: Pick<ObservedStatement, 'atMs' | 'sql' | 'inTransaction'> &
      Partial<Pick<ObservedStatement, 'ms' | 'state' | 'catalog' | 'written'>> & {
        readonly index: number | undefined;
      },
    failure?: Failure,
  ): void {
    const { index, ...rest } = statement;
    this.steps.push({
      type: 'statement',
      ms: this.#clock.now() - statement.atMs,
      times: 1,
      deferred: false,
      operation: index,
      ...rest,
      ...(failure && { error: failure.message }),
      ...(failure?.sqlState !== undefined && { sqlState: failure.sqlState }),
    });
  }

  async #readWritten(): Promise<ReadonlyMap<number, WrittenRows>> {
    // Before Postgres 15 there is nothing that flushes, and what is written so goes untold.
    await this.#query('SELECT pg_stat_force_next_flush()').catch(() => []);
    await this.#query('SELECT pg_stat_clear_snapshot()');
    const rows = await this.#query(writtenQuery);
    return new Map(rows.map((row) => [Number(row['table']), readWritten(row)]));
  }

  async #ask(text: string): Promise<string> {
    const [row] = await this.#query(text);
    return String(Object.values(row ?? {})[0]);
  }
}

function readWritten({ inserted, updated, deleted }: PostgresRow): WrittenRows {
  return { inserted: Number(inserted), updated: Number(updated), deleted: Number(deleted) };
}

function subtractWritten(
  after: ReadonlyMap<number, WrittenRows>,
  before: ReadonlyMap<number, WrittenRows>,
): ReadonlyMap<number, WrittenRows> {
  const less = [...after].map(([table, now]) => {
    const was = before.get(table);
    const rows = {
      inserted: now.inserted - (was?.inserted ?? 0),
      updated: now.updated - (was?.updated ?? 0),
      deleted: now.deleted - (was?.deleted ?? 0),
    };
    return [table, rows] as const;
  });
  return new Map(less);
}

type Failure = ReturnType<typeof readPostgresFailure>;

/** What the server said; a session that broke is no failure of the script. */
function readFailure(error: unknown): Failure {
  if (!(error instanceof DjdevError)) throw error;
  const failure = readPostgresFailure(error.cause);
  if (failure.sqlState === undefined) throw error;
  return failure;
}
