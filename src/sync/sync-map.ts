/** Where a host path lands in the container. */
export interface SyncTarget {
  /** Absolute. */
  readonly containerPath: string;
  /** The instruction that put it there: `COPY at Dockerfile:12`. */
  readonly at: string;
  /** `--chown` as written, for files that are new in the container. */
  readonly owner: string | undefined;
  /** `--chmod` as a number. */
  readonly mode: number | undefined;
}

/** What a change of one host path asks for. */
export type PathFate =
  | {
      readonly type: 'sync';
      /** Absolute; where the last COPY puts it. */
      readonly containerPath: string;
      readonly at: string;
      /** All places, in the order of the Dockerfile: a file may be copied more than once. */
      readonly targets: readonly SyncTarget[];
    }
  | {
      readonly type: 'rebuild';
      /** `COPY at Dockerfile:6, which the RUN in line 7 depends on`. */
      readonly reason: string;
      /** Where the image has the file itself, if it has: what changes it there changes it here. */
      readonly containerPath: string | undefined;
    }
  | {
      readonly type: 'ignored';
      /** `.dockerignore:3`, or `not copied`. */
      readonly by: string;
    };

export type PathKind = 'file' | 'directory';

/**
 * How the host tree and the container tree belong together, as the Dockerfile says. Host paths are
 * relative to the build context, with `/`.
 */
export interface SyncMap {
  /** Absolute path of the build context on the host. */
  readonly context: string;
  /** The Dockerfile and its .dockerignore, relative to the context where they are below it. */
  readonly buildFiles: readonly string[];
  /** A symlink counts as a file. */
  fateOf(path: string, kind?: PathKind): PathFate;
  /** Whether nothing at or below a directory can reach the image, so that none of it need be read. */
  prunes(directory: string): boolean;
  /** The host path that lands at `containerPath`; `undefined` where no COPY puts anything. */
  hostPathOf(containerPath: string): string | undefined;
  /** Container paths that COPY writes to, none below another. */
  readonly roots: readonly string[];
}
