import type { PathState } from './path-state.ts';

/** One change to make in the container. */
export interface SyncOperation {
  readonly type: 'file' | 'link' | 'dir' | 'delete';
  /** Absolute, in the container. */
  readonly path: string;
  /** What the path will be; `null` after a delete. */
  readonly state: PathState | null;
  /**
   * What the host believes the container has (`null`: nothing). When it has something else, the
   * operation is a conflict and is left. `undefined`: whatever it has gives way.
   */
  readonly base: PathState | null | undefined;
  /** Permission bits on the host; those of a file that is replaced count more. */
  readonly mode: number;
  /** `--chown` as written, for what is new. */
  readonly owner: string | undefined;
  /** `--chmod`, which counts more than all others. */
  readonly chmod: number | undefined;
  readonly content: Buffer | undefined;
  readonly linkTarget: string | undefined;
}

/** What the container should have at a path; `bytes`, where it is known, lets it save hashing. */
export interface WantedPath {
  readonly path: string;
  readonly state: PathState | null;
  readonly bytes: number | undefined;
}

export interface DifferentPath {
  readonly path: string;
  /** What the container has there; `null`: nothing. */
  readonly state: PathState | null;
}

export interface PathError {
  readonly path: string;
  /** `EROFS`, `ENOSPC`, … */
  readonly code: string;
  readonly message: string;
}

export interface SyntaxProblem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface ApplyResult {
  readonly errors: readonly PathError[];
  readonly conflicts: readonly DifferentPath[];
  /** Of the Python files that were sent, which the image's own Python cannot compile. */
  readonly syntax: readonly SyntaxProblem[];
  /** Whether the process was told; not when something of the batch is broken. */
  readonly signalled: boolean;
}

/** A process of the container that is told about a batch by a signal. */
export interface BatchSignal {
  readonly pid: number;
  /** As the container's kernel numbers it: 1 is SIGHUP. */
  readonly number: number;
}

/** A way to change files in one container. */
export interface Transport extends AsyncDisposable {
  readonly type: 'agent' | 'archive';
  compare(wanted: readonly WantedPath[], signal: AbortSignal): Promise<readonly DifferentPath[]>;
  apply(
    operations: readonly SyncOperation[],
    batchSignal: BatchSignal | undefined,
    signal: AbortSignal,
  ): Promise<ApplyResult>;
  /** Aborts once the container can no longer be changed this way. */
  readonly ended: AbortSignal;
}

/** The way to the container is no more: it stopped, or somebody killed the agent in it. */
export class TransportEnded extends Error {
  override readonly name = 'TransportEnded';
  constructor() {
    super('The container has stopped, or its sync agent was ended.');
  }
}
