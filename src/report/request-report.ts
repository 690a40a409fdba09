/** One request to the booted application, and what came of it. */
export interface RequestReport {
  /** `request`: of the manifest or a health URL; `asset`: what a page refers to. */
  readonly kind: 'request' | 'asset';
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Whether the answer was what was expected. */
  readonly ok: boolean;
  /** Absent when there was no answer; `failure` then says why. */
  readonly status?: number;
  /** From sending the request to the end of the answer. */
  readonly ms: number;
  /** Of the body, decoded. */
  readonly bytes?: number;
  /** A command line that sends it again, without credentials. */
  readonly curl: string;
  readonly failure?: string;
  /** What came back instead of what was expected. */
  readonly answer?: AnswerReport;
}

/** An answer as evidence. */
export interface AnswerReport {
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of a body of text; empty for anything else. */
  readonly body: string;
}
