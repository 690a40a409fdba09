import type { Context } from '../../context/context.ts';
import { explainSilence } from '../checks/boot.ts';
import { type ListeningSocket, readListeningSockets } from './listening-sockets.ts';

/** Most servers listen well before this; from then on it is worth looking why nothing answers. */
const firstLookMs = 3000;
const nextLookMs = 5000;

const readers = [
  ['cat', '/proc/net/tcp', '/proc/net/tcp6'],
  [
    'python3',
    '-c',
    'for p in ("tcp", "tcp6"):\n try: print(open("/proc/net/" + p).read())\n except OSError: pass',
  ],
] as const;

/** What listens inside a container; `undefined` when the container cannot be asked. */
export async function inspectSockets(
  { engine, signal }: Pick<Context, 'engine' | 'signal'>,
  containerId: string,
): Promise<readonly ListeningSocket[] | undefined> {
  for (const command of readers) {
    try {
      const { stdout } = await engine.execToEnd(containerId, { command, user: '0' }, signal);
      if (stdout.includes('local_address')) return readListeningSockets(stdout);
    } catch {
      // The image may lack the program, or the container may just have ended: others say so.
      signal.throwIfAborted();
    }
  }
  return undefined;
}

/**
 * Says while the wait goes on what the process listens on instead of its port, so that nobody has
 * to wait for the deadline to learn it. Answers a function that ends the watch.
 */
export function watchSockets(
  context: Context,
  boot: { readonly container: { readonly id: string }; readonly port: number },
): () => void {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const watch = async (): Promise<void> => {
    await context.clock.sleep(firstLookMs, signal);
    for (;;) {
      const sockets = await inspectSockets({ engine: context.engine, signal }, boot.container.id);
      const text = explainSilence(boot.port, sockets).what;
      context.emit({ type: 'step-progressed', step: 'boot', text });
      await context.clock.sleep(nextLookMs, signal);
    }
  };
  watch().catch(() => undefined);
  return () => stop.abort();
}
