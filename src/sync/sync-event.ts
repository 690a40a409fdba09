import type { SyntaxProblem } from './transport.ts';

/**
 * What the sync tells, as plain JSON. Paths are relative to the build context; `container` is the
 * name that was given to `startSync`.
 */
export type SyncEvent =
  /** The container now has what the host has; the difference is what had to be sent for that. */
  | {
      readonly type: 'sync-connected';
      readonly container: string;
      /** `archive`: the image has no Python, so nothing comes back and readers may see half a file. */
      readonly way: 'agent' | 'archive';
      readonly files: number;
      readonly sent: number;
      readonly deletes: number;
      /** Absolute paths of what was sent and deleted, for who has loaded the old ones. */
      readonly containerPaths: readonly string[];
      readonly ms: number;
    }
  | {
      readonly type: 'sync-applied';
      readonly container: string;
      readonly paths: readonly string[];
      readonly deletes: readonly string[];
      /** Of both, absolute in the container. */
      readonly containerPaths: readonly string[];
      readonly bytes: number;
      readonly ms: number;
      /** Of the sent Python files; their paths are the host's. */
      readonly syntax: readonly SyntaxProblem[];
      /** Whether the process in the container was told by the signal asked for. */
      readonly signalled: boolean;
    }
  /** Files that the container made, changed or deleted are so on the host now. */
  | {
      readonly type: 'sync-returned';
      readonly container: string;
      readonly paths: readonly string[];
      readonly deletes: readonly string[];
      readonly ms: number;
    }
  /** Changed on both sides: neither was overwritten. The next save on the host wins. */
  | {
      readonly type: 'sync-conflicted';
      readonly container: string;
      readonly path: string;
      readonly message: string;
    }
  | {
      readonly type: 'sync-failed';
      readonly container: string;
      readonly paths: readonly string[];
      readonly message: string;
      readonly hint: string;
    }
  /** The way to the container is gone; it is looked for until the sync ends. */
  | {
      readonly type: 'sync-interrupted';
      readonly container: string;
      readonly message: string;
    };
