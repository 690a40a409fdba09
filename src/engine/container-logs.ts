import type { ContainerInspection } from './container-facts.ts';
import { createDemultiplexer, passThroughTerminal } from './demultiplex.ts';
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
    since: options.sinceMs === undefined ? undefined : (options.sinceMs / 1000).toFixed(3),
  };
  const call = { method: 'GET', path: `${path}/logs`, query, doing } as const;
  const body = await openEngineStream(link.http, call, signal);
  const divide = inspected.Config.Tty ? passThroughTerminal : createDemultiplexer();
  const splitter = new LineSplitter();
  try {
    for await (const bytes of body) {
      for (const chunk of divide(bytes as Buffer)) yield* splitter.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw translateEngineError(error, doing);
  }
  yield* splitter.end();
}
