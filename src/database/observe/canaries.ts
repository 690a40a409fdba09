import type { Clock } from '../../context/clock.ts';
import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../postgres-session.ts';
import type { CanaryTry } from './canary-log.ts';
import type { CatalogTable } from './catalog.ts';

type Kind = CanaryTry['kind'];

/** Between two tries while nobody holds a lock. */
const calmPauseMs = 50;
const alertPauseMs = 10;
/** Sessions that may wait at the same time, of each kind. */
const mostSessions = 6;

/** Reads and writes tables over and over, as an application would, and keeps the times. */
export class Canaries {
  readonly tries: CanaryTry[] = [];
  readonly #address: PostgresAddress;
  readonly #tables: readonly CatalogTable[];
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #gone = new Set<string>();
  readonly #busy: Readonly<Record<Kind, Set<number>>> = { read: new Set(), write: new Set() };
  readonly #sessions: Readonly<Record<Kind, Promise<void>[]>> = { read: [], write: [] };
  readonly #turn: Record<Kind, number> = { read: 0, write: 0 };
  #alert: ReadonlySet<number> = new Set();

  constructor(
    address: PostgresAddress,
    tables: readonly CatalogTable[],
    { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  ) {
    this.#address = address;
    this.#tables = tables.filter(({ kind }) => kind === 'table');
    this.#clock = clock;
    this.#signal = signal;
    this.#open('read');
    this.#open('write');
  }

  /** Somebody holds or awaits locks on these relations: they are tried first, by more sessions. */
  warn(relations: readonly number[]): void {
    this.#alert = new Set(relations);
    for (const kind of ['read', 'write'] as const) {
      const waiting = this.#busy[kind].size;
      const { length } = this.#sessions[kind];
      if (this.#isWanted(kind) && waiting >= length && length < mostSessions) this.#open(kind);
    }
  }

  /** Whether a locked table is not being tried. */
  #isWanted(kind: Kind): boolean {
    return this.#tables.some(({ oid }) => this.#alert.has(oid) && !this.#busy[kind].has(oid));
  }

  /** Settles when all sessions are closed; they close with the signal. */
  async ended(): Promise<void> {
    await Promise.all([...this.#sessions.read, ...this.#sessions.write]);
  }

  #open(kind: Kind): void {
    const session = withPostgresSession(this.#address, this.#signal, async (query) => {
      // Triggers of the application have no part in this.
      await query('SET session_replication_role = replica').catch(() => undefined);
      await this.#fly(kind, query);
    });
    this.#sessions[kind].push(session.catch(() => undefined));
  }

  async #fly(kind: Kind, query: PostgresQuery): Promise<void> {
    while (!this.#signal.aborted) {
      const table = this.#choose(kind);
      if (table) await this.#try(kind, table, query);
      const pauseMs = this.#isWanted(kind) ? alertPauseMs : calmPauseMs;
      await this.#clock.sleep(pauseMs, this.#signal);
    }
  }

  #choose(kind: Kind): CatalogTable | undefined {
    const isFree = (table: CatalogTable): boolean =>
      !this.#busy[kind].has(table.oid) && !this.#gone.has(`${kind} ${table.oid}`);
    const first = this.#tables.find((table) => this.#alert.has(table.oid) && isFree(table));
    if (first) return first;
    const free = this.#tables.filter(isFree);
    return free[this.#turn[kind]++ % Math.max(1, free.length)];
  }

  async #try(kind: Kind, table: CatalogTable, query: PostgresQuery): Promise<void> {
    this.#busy[kind].add(table.oid);
    const startedMs = this.#clock.now();
    const from = this.#clock.monotonicMs();
    const note = (): void => {
      const ms = this.#clock.monotonicMs() - from;
      this.tries.push({ table: table.name, kind, startedMs, ms });
    };
    try {
      await query(statements[kind](quoteName(table)));
      note();
    } catch {
      // Dropped or renamed: what users of it see then is told by the catalogs. A try that is cut
      // at the end was waiting until then.
      this.#gone.add(`${kind} ${table.oid}`);
      if (this.#signal.aborted) note();
    } finally {
      this.#busy[kind].delete(table.oid);
    }
  }
}

/** A DELETE takes the lock of every write, opens the indexes, and needs no column by name. */
const statements: Readonly<Record<Kind, (table: string) => string>> = {
  read: (table) => `SELECT 1 FROM ONLY ${table} LIMIT 1`,
  write: (table) => `DELETE FROM ONLY ${table} WHERE false`,
};

function quoteName({ schema, name }: CatalogTable): string {
  const quote = (part: string): string => `"${part.replaceAll('"', '""')}"`;
  return `${quote(schema)}.${quote(name.slice(schema.length + 1))}`;
}
