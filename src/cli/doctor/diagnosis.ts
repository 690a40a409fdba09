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
}
