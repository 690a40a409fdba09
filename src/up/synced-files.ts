import type { StackEvent } from '../report/stack-event.ts';

/** What the containers have that their image has not. */
export interface SyncedFiles {
  readonly take: (event: StackEvent) => void;
  /** Paths sent since the round began, relative to the build context, sorted. */
  readonly paths: () => readonly string[];
  /** How many were sent when it began; their names are not known. */
  readonly atStart: () => number;
}

/** Counts by the events of the sync. */
export function createSyncedFiles(): SyncedFiles {
  const paths = new Set<string>();
  let atStart = 0;
  return {
    take(event) {
      if (event.type === 'sync-ready') atStart = Math.max(atStart, event.sent);
      if (event.type !== 'edit-applied' && event.type !== 'edit-returned') return;
      for (const path of event.paths) paths.add(path);
    },
    paths: () => [...paths].toSorted(),
    atStart: () => atStart,
  };
}
