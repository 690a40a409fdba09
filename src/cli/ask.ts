import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Io } from './io.ts';

/** Whether there is somebody to ask. */
export function canAsk(io: Io): boolean {
  return io.stdin.isTTY && io.stderr.isTTY === true;
}

/** The line that is typed; empty at the end of input. Rejects with the signal's reason. */
export async function ask(io: Io, question: string, signal: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  // A prompt takes Ctrl-C for itself: it goes on to where every other Ctrl-C arrives.
  prompt.on('SIGINT', () => {
    io.stderr.write('\n');
    process.kill(process.pid, 'SIGINT');
  });
  const ended = once(prompt, 'close').then((): readonly unknown[] => []);
  try {
    prompt.setPrompt(question);
    prompt.prompt();
    const [line] = await Promise.race([once(prompt, 'line', { signal }), ended]);
    if (line === undefined) io.stderr.write('\n');
    return String(line ?? '');
  } finally {
    prompt.close();
  }
}
