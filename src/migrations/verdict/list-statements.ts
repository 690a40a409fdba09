import type { SourceLocation } from '../../errors/djdev-error.ts';
import type {
  LockObservation,
  OperationObservation,
  StatementObservation,
} from '../../report/migration-report.ts';
import { isBlockingMode } from './lock-effect.ts';
import type { JudgedMigration } from './judged-migration.ts';

/** A statement with the operation that it came from. */
export interface PlacedStatement {
  readonly statement: StatementObservation;
  readonly operation: OperationObservation;
  readonly location: SourceLocation;
}

/** A lock that keeps others out, with the statement that took it. */
export interface PlacedLock {
  readonly lock: LockObservation;
  readonly by: PlacedStatement;
}

/** All statements of a migration in the order in which they ran. */
export function listStatements(migration: JudgedMigration): readonly PlacedStatement[] {
  return migration.operations
    .flatMap((operation) =>
      operation.statements.map((statement) => ({
        statement,
        operation,
        location: operation.location ?? { file: migration.file },
      })),
    )
    .toSorted((a, b) => a.statement.startedAtMs - b.statement.startedAtMs);
}

/** The blocking locks of these statements. */
export function listBlockingLocks(statements: readonly PlacedStatement[]): readonly PlacedLock[] {
  return statements.flatMap((by) =>
    by.statement.locks.filter(({ mode }) => isBlockingMode(mode)).map((lock) => ({ lock, by })),
  );
}

/** Whether a lock was held, or waited for with others behind it, while a statement ran. */
export function isHeldDuring({ lock, by }: PlacedLock, { statement }: PlacedStatement): boolean {
  if (by.statement === statement) return true;
  const endMs = lock.requestedAtMs + lock.waitedMs + lock.heldMs;
  // Times are rounded to a tenth: a statement that begins when a transaction ends is outside.
  return lock.requestedAtMs <= statement.startedAtMs && endMs > statement.startedAtMs + 0.2;
}
