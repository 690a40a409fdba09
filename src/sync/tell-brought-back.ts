import type { BroughtBack } from './bring-back.ts';
import type { SyncEvent } from './sync-event.ts';

interface Telling {
  readonly container: string;
  readonly emit: (event: SyncEvent) => void;
  readonly ms: number;
  readonly explainConflict?: (path: string) => string;
}

/** Says what came to the host, what did not and why. */
export function tellBroughtBack(
  back: BroughtBack,
  { container, emit, ms, explainConflict = explainConflictOf }: Telling,
): void {
  for (const { hostPath: path } of back.conflicts) {
    emit({ type: 'sync-conflicted', container, path, message: explainConflict(path) });
  }
  for (const failure of back.failures) emit({ type: 'sync-failed', container, ...failure });
  const { paths, deletes } = back;
  if (paths.length + deletes.length > 0) {
    emit({ type: 'sync-returned', container, paths, deletes, ms });
  }
}

/** What is told of a path that was changed on both sides. */
export function explainConflictOf(path: string): string {
  return `${path} was changed here and in the container at once. Neither was overwritten; save it here to send your version.`;
}
