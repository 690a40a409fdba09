import type { LogLine, RunningContainer } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { DjangoRunner, RunnerCall, RunnerResult } from './django-runner.ts';
import {
  formatCancelRequest,
  formatRunRequest,
  parseRunnerFrame,
  type RunnerFrame,
  type RunnerReady,
} from './runner-frame.ts';
import { RunnerRequestRecord } from './runner-request-record.ts';

const keptLines = 20;

/** The TypeScript end of `probes/runner.py`: numbers requests and sorts the frames that come back. */
export class RunnerConnection implements DjangoRunner {
  readonly containerId: string;
  readonly ready: RunnerReady;
  readonly #container: RunningContainer;
  readonly #open = new Map<number, RunnerRequestRecord>();
  /** What the runner itself said outside of frames: the traceback when it breaks. */
  readonly #strayLines: string[];
  #nextId = 1;
  #broken: DjdevError | undefined;

  private constructor(container: RunningContainer, ready: RunnerReady, strayLines: string[]) {
    this.containerId = container.id;
    this.ready = ready;
    this.#container = container;
    this.#strayLines = strayLines;
  }

  /** Waits for the runner's first frame. Throws `DJ-DJANGO-RUNNER` when it ends before that. */
  static async open(container: RunningContainer, signal: AbortSignal): Promise<RunnerConnection> {
    const lines = container.output[Symbol.asyncIterator]();
    const strayLines: string[] = [];
    for (;;) {
      const next = await unlessAborted(lines.next(), signal);
      if (next.done) throw await describeEnd(container, strayLines);
      const frame = parseRunnerFrame(next.value.text);
      if (frame?.type === 'ready') {
        const connection = new RunnerConnection(container, frame, strayLines);
        void connection.#follow(lines);
        return connection;
      }
      keepLine(strayLines, next.value.text);
    }
  }

  run(call: RunnerCall, signal: AbortSignal): Promise<RunnerResult> {
    signal.throwIfAborted();
    if (this.#broken) return Promise.reject(this.#broken);
    const id = this.#nextId++;
    const record = Promise.withResolvers<RunnerResult>();
    const cancel = (): void => {
      this.#send(formatCancelRequest(id));
      record.reject(signal.reason);
    };
    signal.addEventListener('abort', cancel, { once: true });
    this.#open.set(id, new RunnerRequestRecord(call, record.resolve, record.reject));
    this.#send(formatRunRequest(id, call));
    return record.promise.finally(() => signal.removeEventListener('abort', cancel));
  }

  #send(line: string): void {
    this.#container.stdin?.write(line);
  }

  async #follow(lines: AsyncIterator<LogLine>): Promise<void> {
    try {
      for (let next = await lines.next(); !next.done; next = await lines.next())
        this.#take(next.value);
    } catch {
      // A broken stream and an ended one are the same here: no more answers will come.
    }
    this.#broken = await describeEnd(this.#container, this.#strayLines);
    for (const record of this.#open.values()) record.reject(this.#broken);
    this.#open.clear();
  }

  #take(line: LogLine): void {
    const frame = line.stream === 'stdout' ? parseRunnerFrame(line.text) : undefined;
    if (!frame || frame.type === 'ready') keepLine(this.#strayLines, line.text);
    else this.#dispatch(frame);
  }

  #dispatch(frame: Exclude<RunnerFrame, RunnerReady>): void {
    const record = this.#open.get(frame.id);
    if (!record) return;
    if (frame.type === 'line') record.addLine(frame.stream, frame.text);
    else if (frame.type === 'event') record.addEvent(frame.event);
    else {
      this.#open.delete(frame.id);
      record.end(frame.code, frame.signal ?? undefined);
    }
  }
}

function keepLine(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > keptLines) lines.shift();
}

async function describeEnd(
  container: RunningContainer,
  output: readonly string[],
): Promise<DjdevError> {
  const exit = await container.exited.catch(() => undefined);
  const tooOld = output.some((line) => /SyntaxError|has no attribute/u.test(line));
  return new DjdevError('DJ-DJANGO-RUNNER', {
    message: exit?.outOfMemory
      ? 'The Python process that asks Django inside the image was killed: out of memory.'
      : `The Python process that asks Django inside the image ended unexpectedly${
          exit ? ` with exit code ${exit.exitCode}` : ''
        }.`,
    hint: tooOld
      ? 'djdev needs Python 3.8 or newer in the image.'
      : 'Run the command again; if it happens again, report it with the lines above.',
    output,
  });
}

/** A promise, or the signal's reason if that comes first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
