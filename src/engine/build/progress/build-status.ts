/**
 * One report of BuildKit about a running build. Both ways of building carry it, as protobuf or as
 * JSON; times are epoch milliseconds.
 */
export interface BuildStatus {
  readonly vertexes: readonly BuildVertex[];
  readonly logs: readonly VertexLog[];
}

/** A step of the build. It is reported again whenever it changes. */
export interface BuildVertex {
  readonly digest: string;
  /** `[production 4/7] RUN pip install …` */
  readonly name: string;
  readonly cached: boolean;
  readonly startedMs: number | undefined;
  readonly completedMs: number | undefined;
  /** Empty unless the step failed or was cancelled. */
  readonly error: string;
}

/** Output of a step as it came: pieces of lines. */
export interface VertexLog {
  readonly vertex: string;
  /** 1 for stdout, 2 for stderr. */
  readonly stream: number;
  readonly bytes: Buffer;
}
