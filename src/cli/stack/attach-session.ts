import { Interruption } from '../../context/interruption.ts';
import type { ExecSession } from '../../engine/engine.ts';
import type { Invocation } from '../command.ts';

/** How signals reach a process that has no terminal to type Ctrl-C into. */
export type SendSignal = (processSignal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => Promise<void>;

/** Whether a command gets a terminal: only where a person sits at both ends. */
export function wantsTerminal({ options, io }: Invocation): boolean {
  return options.noTty !== true && io.stdin.isTTY && io.stdout.isTTY === true;
}

/**
 * Joins a session with this process's own streams until the command ends, and answers its exit
 * code untouched. With a terminal, keys go through as they are typed and sizes are passed on;
 * without one, signals are.
 */
export async function attachSession(
  invocation: Invocation,
  session: ExecSession,
  { tty, send }: { readonly tty: boolean; readonly send: SendSignal },
): Promise<number> {
  const { io, signal } = invocation;
  const onAbort = (): void => {
    if (signal.reason instanceof Interruption)
      void send(signal.reason.processSignal).catch(() => {});
    else void send('SIGTERM').catch(() => {});
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const leave = tty ? enterRawMode(invocation, session) : (): void => {};
  try {
    io.stdin.pipe(session.stdin);
    // A command that ends early closes its input; what is typed after that is nobody's.
    session.stdin.on('error', () => {});
    session.stdout.pipe(io.stdout, { end: false });
    session.stderr.pipe(io.stderr, { end: false });
    const [exitCode] = await Promise.all([
      session.exited,
      ended(session.stdout),
      ended(session.stderr),
    ]);
    return exitCode;
  } finally {
    signal.removeEventListener('abort', onAbort);
    io.stdin.unpipe(session.stdin);
    io.stdin.pause();
    leave();
  }
}

/** Keys arrive one by one and unchanged, Ctrl-C too. Answers how to undo it. */
function enterRawMode({ io }: Invocation, session: ExecSession): () => void {
  const resize = (): void => {
    const { columns, rows } = process.stdout;
    if (columns > 0 && rows > 0) void session.resize(columns, rows).catch(() => {});
  };
  io.stdin.setRawMode(true);
  process.stdout.on('resize', resize);
  resize();
  return () => {
    process.stdout.off('resize', resize);
    io.stdin.setRawMode(false);
  };
}

async function ended(stream: ExecSession['stdout']): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
}
