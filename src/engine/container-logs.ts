import type { ContainerInspection } from './container-facts.ts';
import { createDemultiplexer, type OutputChunk, passThroughTerminal } from './demultiplex.ts';
import { askEngine, openEngineStream } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import type { LogLine } from './engine.ts';
import { LineSplitter } from './line-splitter.ts';
import { translateEngineError } from './translate-engine-error.ts';

export interface LogOptions {
  readonly follow: boolean;
  /** The newest lines to begin with; all when missing. */
  readonly tail?: number;
  /** Epoch milliseconds. */
  readonly sinceMs?: number;
  /** RFC 3339 with nanoseconds; wins over `sinceMs`. */
  readonly since?: string;
  readonly timestamps?: boolean;
}

/** What the engine kept of a container's output; with `follow` until the container ends. */
export async function* containerLogs(
  link: EngineLink,
  id: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  const doing = `read the logs of container ${id}`;
  const path = `/containers/${id}`;
  const inspected = await askEngine<ContainerInspection>(
    link.http,
    { method: 'GET', path: `${path}/json`, doing },
    signal,
  );
  const query = {
    follow: options.follow,
    stdout: true,
    stderr: true,
    tail: options.tail,
    since: formatSince(options),
    timestamps: options.timestamps,
  };
  const call = { method: 'GET', path: `${path}/logs`, query, doing } as const;
  const body = await openEngineStream(link.http, call, signal);
  const divide = inspected.Config.Tty ? passThroughTerminal : createDemultiplexer();
  const splitter = new LineSplitter();
  const read = options.timestamps === true ? readTime : (line: LogLine): LogLine => line;
  const join = options.timestamps === true ? createJoiner() : (chunk: OutputChunk) => chunk;
  try {
    for await (const bytes of body) {
      for (const chunk of divide(bytes as Buffer)) yield* splitter.push(join(chunk)).map(read);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw translateEngineError(error, doing);
  }
  yield* splitter.end().map(read);
}

/** Seconds and nanoseconds since the epoch, which the engine compares exactly. */
function formatSince({ since, sinceMs }: LogOptions): string | undefined {
  if (since !== undefined) {
    const fraction = /\.(\d+)/.exec(since)?.[1] ?? '';
    const seconds = Math.floor(Date.parse(since.replace(/\.\d+/, '')) / 1000);
    return `${seconds}.${fraction.padEnd(9, '0').slice(0, 9)}`;
  }
  return sinceMs === undefined ? undefined : (sinceMs / 1000).toFixed(3);
}

const newline = 10;
const space = 32;

/**
 * The engine keeps a line in pieces of 16 KB, each a frame, and begins each with the time: in the
 * middle of a line that is taken out.
 */
function createJoiner(): (chunk: OutputChunk) => OutputChunk {
  const isOpen = { stdout: false, stderr: false };
  const isInTime = { stdout: false, stderr: false };
  return ({ stream, bytes, startsFrame = false }) => {
    if (startsFrame) isInTime[stream] = isOpen[stream];
    if (isInTime[stream]) {
      const end = bytes.indexOf(space);
      if (end < 0) return { stream, bytes: Buffer.alloc(0) };
      isInTime[stream] = false;
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > 0) isOpen[stream] = bytes.at(-1) !== newline;
    return { stream, bytes };
  };
}

/** `2026-01-31T12:00:00.123456789Z text`. */
function readTime({ stream, text }: LogLine): LogLine {
  const split = text.indexOf(' ');
  if (split < 0) return { stream, text: '', time: text };
  return { stream, text: text.slice(split + 1), time: text.slice(0, split) };
}
