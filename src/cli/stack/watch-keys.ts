import type { Io } from '../io.ts';

const interrupt = '\u0003';

/**
 * Calls for each key that is typed while djdev shows logs on a terminal, until disposed. Ctrl-C goes
 * where it always goes. Without a terminal there are no keys.
 */
export function watchKeys(io: Io, onKey: (key: string) => void): Disposable {
  const { stdin } = io;
  if (!stdin.isTTY || io.stderr.isTTY !== true) return { [Symbol.dispose]: () => {} };
  const onData = (bytes: Buffer): void => {
    for (const key of bytes.toString('utf8')) {
      if (key === interrupt) process.kill(process.pid, 'SIGINT');
      else onKey(key);
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return {
    [Symbol.dispose]() {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
