import {
  emptyBaseline,
  parseBackendBaseline,
  parseBackendState,
} from '../database/observe/backend-state.ts';
import { parseCatalog } from '../database/observe/catalog.ts';
import type { MigrateEvent } from '../django/run-migrate.ts';
import type { ObservedMigration, ObservedStep } from './observed-step.ts';

type Started = Extract<MigrateEvent, { type: 'migration-started' }>;
type Statement = Extract<MigrateEvent, { type: 'statement' }>;

/** Clocks this close are the same one, read a moment later. */
const sameClockMs = 50;

/** An event, and when it came in by djdev's clock. */
export interface ReceivedEvent {
  readonly event: MigrateEvent;
  /** Epoch. */
  readonly receivedMs: number;
}

/** Puts the events of the migrate probe together to migrations, with times of djdev's clock. Pure. */
export function collectMigrations(
  received: readonly ReceivedEvent[],
): readonly ObservedMigration[] {
  const skewMs = measureSkew(received);
  const migrations: ObservedMigration[] = [];
  let started: Started | undefined;
  let steps: ObservedStep[] = [];
  let catalog: Pick<ObservedMigration, 'catalog' | 'catalogOf'> = {};
  for (const { event } of received) {
    if (event.type === 'migration-started') {
      started = event;
      steps = [];
      catalog = {};
    } else if (event.type === 'catalog') {
      catalog = {
        catalog: parseCatalog(event.catalog),
        ...(event.tables && { catalogOf: event.tables }),
      };
    } else if (
      started &&
      (event.type === 'migration-applied' || event.type === 'migration-failed')
    ) {
      migrations.push({
        app: event.app,
        name: event.name,
        own: event.own,
        file: event.file,
        atomic: started.atomic,
        outcome: event.type === 'migration-applied' ? 'applied' : 'failed',
        startedMs: started.at + skewMs,
        ms: event.ms,
        operations: started.operations.map(({ line, ...operation }) => ({
          ...operation,
          line: line ?? undefined,
        })),
        steps,
        ...catalog,
      });
      started = undefined;
    } else {
      const step = readStep(event, skewMs);
      if (step) steps.push(step);
    }
  }
  return migrations;
}

function readStep(event: MigrateEvent, skewMs: number): ObservedStep | undefined {
  if (event.type === 'transaction-began') {
    const baseline =
      event.baseline === undefined
        ? emptyBaseline(event.pid)
        : parseBackendBaseline(event.baseline);
    return { type: 'transaction-began', atMs: event.at + skewMs, baseline };
  }
  if (event.type === 'transaction-ended') {
    return { type: 'transaction-ended', atMs: event.at + skewMs, how: event.how };
  }
  return event.type === 'statement' ? readStatement(event, skewMs) : undefined;
}

function readStatement(event: Statement, skewMs: number): ObservedStep {
  const { type, ms, sql, times, operation, deferred, inTransaction, pid, error } = event;
  return {
    type,
    atMs: event.at + skewMs,
    ms,
    sql,
    times,
    operation: operation ?? undefined,
    deferred,
    inTransaction,
    ...(event.state !== undefined && { state: parseBackendState(event.state) }),
    ...(event.catalog !== undefined && { catalog: parseCatalog(event.catalog) }),
    ...(pid !== undefined && { pid }),
    ...(error !== undefined && { error }),
    ...(event.sqlState && { sqlState: event.sqlState }),
  };
}

/** How far the container's clock is behind djdev's: an engine in a virtual machine has its own. */
function measureSkew(received: readonly ReceivedEvent[]): number {
  const behind = received.flatMap(({ event, receivedMs }) =>
    event.type === 'migration-started' ? [receivedMs - event.at] : [],
  );
  const least = Math.min(...behind);
  return behind.length > 0 && Math.abs(least) > sameClockMs ? least : 0;
}
