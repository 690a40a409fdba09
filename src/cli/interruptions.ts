import { Interruption } from '../context/interruption.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { formatDuration } from '../report/formats/quantity.ts';

/** The ends that a run can meet from outside, as one signal. */
export interface Interruptions extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts with `DJ-TIMEOUT` when the run takes longer. */
  readonly limit: (timeoutMs: number) => void;
  /** Aborts for another reason. */
  readonly abort: (reason: unknown) => void;
  /** What a second signal waits for; a third ends the process without it. */
  readonly whenForced: (work: () => Promise<void>) => void;
}

/**
 * The first Ctrl-C, SIGTERM or SIGHUP aborts the signal, so that the run can clean up; the second
 * ends the process at once.
 */
export function watchInterruptions(): Interruptions {
  const controller = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  let forced: (() => Promise<void>) | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    const interruption = new Interruption(name as Interruption['processSignal']);
    if (controller.signal.aborted) {
      // Containers of a killed run end by their lifelines.
      const exit = (): never => process.exit(interruption.exitCode);
      const work = forced;
      forced = undefined;
      if (work === undefined) exit();
      else void work().then(exit, exit);
      return;
    }
    controller.abort(interruption);
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    limit(timeoutMs) {
      timers.push(setTimeout(() => controller.abort(timeoutError(timeoutMs)), timeoutMs).unref());
    },
    abort: (reason) => controller.abort(reason),
    whenForced: (work) => (forced = work),
    [Symbol.dispose]() {
      for (const name of names) process.off(name, onSignal);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** The reason of an abort by `--timeout`. */
export function timeoutError(timeoutMs: number): DjdevError {
  return new DjdevError('DJ-TIMEOUT', {
    message: `The run was not done after ${formatDuration(timeoutMs)}, the time that --timeout gives it.`,
    hint: 'Give it more time with --timeout, or look at what it was doing when it ran out.',
  });
}
