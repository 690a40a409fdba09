import type { Duplex } from 'node:stream';
import { createDemultiplexer } from './demultiplex.ts';
import type { LogLine } from './engine.ts';
import { LineQueue } from './line-queue.ts';
import { LineSplitter } from './line-splitter.ts';
import { translateEngineError } from './translate-engine-error.ts';

/** The reason that ends the following of a container without being a failure. */
export class StoppedFollowing extends Error {
  override readonly name = 'StoppedFollowing';
}

export interface FollowedOutput {
  readonly connection: Duplex;
  readonly lines: AsyncIterable<LogLine>;
  /** Resolves when no more output can come. */
  readonly closed: Promise<void>;
  /** The first line on stderr, once there is one. */
  readonly firstError: () => string | undefined;
}

/**
 * Reads an attached container's multiplexed output to its end, whether or not anybody iterates
 * over the lines.
 */
export function followOutput(connection: Duplex): FollowedOutput {
  const queue = new LineQueue();
  const demultiplex = createDemultiplexer();
  const splitter = new LineSplitter();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let firstError: string | undefined;

  const push = (lines: readonly LogLine[]): void => {
    firstError ??= lines.find(({ stream }) => stream === 'stderr')?.text;
    queue.push(lines);
  };
  connection.on('data', (bytes: Buffer) => {
    for (const chunk of demultiplex(bytes)) push(splitter.push(chunk));
    if (queue.isFull(() => connection.resume())) connection.pause();
  });
  connection.once('error', (error) => {
    push(splitter.end());
    const expected = error instanceof StoppedFollowing;
    queue.end(expected ? undefined : translateEngineError(error, "follow a container's output"));
  });
  // `close` comes after `end`, and also where a destroyed connection never ends.
  connection.once('close', () => {
    push(splitter.end());
    queue.end();
    resolve();
  });
  return { connection, lines: queue, closed, firstError: () => firstError };
}
