/** One line of `djdev doctor`. */
export interface Diagnosis {
  readonly subject: string;
  readonly level: 'pass' | 'warn' | 'fail';
  /** What is so. */
  readonly text: string;
  /** What to do about it; absent for what is well. */
  readonly fix?: string;
  /** What the process ends with when this fails. */
  readonly exitCode?: number;
  /** What doctor itself can do about it, once somebody has agreed. */
  readonly mend?: Mend;
}

interface Mend {
  /** For a yes or a no: `Set fs.inotify.max_user_watches to 524288 until the next start?` */
  readonly question: string;
  /** Answers with what was done. */
  readonly run: (signal: AbortSignal) => Promise<string>;
}
