import { stripVTControlCharacters } from 'node:util';
import type { BuildListener, BuildProgress } from '../build-request.ts';
import type { BuildStatus, BuildVertex } from './build-status.ts';

/** The step that made the build fail. */
export interface FailedStep {
  readonly name: string;
  readonly error: string;
  /** All of its output, without line ends. */
  readonly output: readonly string[];
}

export interface BuildTracker {
  apply(status: BuildStatus): void;
  /** Gives out lines that have no end yet, and returns the failed step if there is one. */
  finish(): FailedStep | undefined;
}

interface TrackedStep {
  readonly name: string;
  readonly output: string[];
  /** By stream: bytes of a line whose end has not come. */
  readonly pending: Map<number, Buffer>;
  state: BuildProgress['state'] | undefined;
  error: string;
}

const lineFeed = 10;

/** Turns reports of BuildKit into calls of the listener, each state and each line once. */
export function createBuildTracker(listener: BuildListener): BuildTracker {
  const steps = new Map<string, TrackedStep>();

  const showLine = (step: TrackedStep, bytes: Buffer): void => {
    const line = readLine(bytes);
    step.output.push(line);
    listener.onLine(step.name, line);
  };
  const flush = (step: TrackedStep): void => {
    for (const bytes of step.pending.values()) if (bytes.length > 0) showLine(step, bytes);
    step.pending.clear();
  };

  /** Steps that end do so after their last lines, those that begin before their first. */
  const showStates = (vertexes: readonly BuildVertex[], isEnd: boolean): void => {
    for (const vertex of vertexes) {
      const step = steps.get(vertex.digest);
      const state = stateOf(vertex);
      if (!step || !state || state === step.state || (state !== 'started') !== isEnd) continue;
      if (isEnd) flush(step);
      step.state = state;
      step.error = vertex.error;
      listener.onProgress({ name: step.name, state, ms: durationMs(vertex) });
    }
  };

  return {
    apply(status) {
      for (const vertex of status.vertexes) openStep(steps, vertex);
      showStates(status.vertexes, false);
      for (const log of status.logs) {
        const step = steps.get(log.vertex);
        if (!step) continue;
        let pending = Buffer.concat([step.pending.get(log.stream) ?? Buffer.alloc(0), log.bytes]);
        for (let end = pending.indexOf(lineFeed); end !== -1; end = pending.indexOf(lineFeed)) {
          showLine(step, pending.subarray(0, end));
          pending = pending.subarray(end + 1);
        }
        step.pending.set(log.stream, pending);
      }
      showStates(status.vertexes, true);
    },
    finish() {
      const failed = [...steps.values()].filter((step) => step.state === 'failed');
      for (const step of steps.values()) flush(step);
      // Steps side by side with the failed one are cancelled and report that as their error.
      const cause =
        failed.find((step) => !/context cancell?ed|^canceled$/i.test(step.error)) ?? failed[0];
      return cause && { name: cause.name, error: cause.error, output: cause.output };
    },
  };
}

function openStep(steps: Map<string, TrackedStep>, vertex: BuildVertex): void {
  if (steps.has(vertex.digest)) return;
  steps.set(vertex.digest, {
    name: vertex.name,
    output: [],
    pending: new Map(),
    state: undefined,
    error: '',
  });
}

function stateOf(vertex: BuildVertex): BuildProgress['state'] | undefined {
  if (vertex.error !== '') return 'failed';
  if (vertex.cached) return 'cached';
  if (vertex.completedMs !== undefined) return 'completed';
  return vertex.startedMs === undefined ? undefined : 'started';
}

function durationMs(vertex: BuildVertex): number | undefined {
  return vertex.startedMs === undefined || vertex.completedMs === undefined
    ? undefined
    : Math.max(0, vertex.completedMs - vertex.startedMs);
}

/** What a terminal would show of a line: programs draw progress over it with carriage returns. */
function readLine(bytes: Buffer): string {
  const text = stripVTControlCharacters(bytes.toString('utf8')).replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}
