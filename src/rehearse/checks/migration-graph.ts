import type { PythonError } from '../../django/python-error.ts';

/** What to do about a history of migrations that does not fit together, by exception. */
const advice: Readonly<Record<string, string>> = {
  CircularDependencyError:
    'These migrations wait for each other. Take the dependency out of one of them, and move what needs it into a third migration.',
  InconsistentMigrationHistory:
    'The database has a migration without one that it depends on. A dependency was added to an applied migration, or files were renamed: put the history right before the release.',
  NodeNotFoundError:
    'A migration depends on one that does not exist. Its file was deleted or renamed, or was not committed.',
};

/** `undefined` when the exceptions are about something else. */
export function adviseOnMigrationGraph(chain: readonly PythonError[]): string | undefined {
  return chain.map((error) => advice[error.class]).find((text) => text !== undefined);
}
