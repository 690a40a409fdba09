/**
 * The reason of an abort that a person or the system asked for. An abort by `--timeout` has a
 * `DjdevError` with code `DJ-TIMEOUT` as its reason instead.
 */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly processSignal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(processSignal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`Interrupted by ${processSignal}.`);
    this.processSignal = processSignal;
  }

  /** What a shell expects of a process that this signal ended. */
  get exitCode(): number {
    return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[this.processSignal];
  }
}
