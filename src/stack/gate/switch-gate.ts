import type { StackContext } from '../stack-context.ts';

/** Asks the gate over a socket of its own network namespace. */
const ask = `import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect("\\0djdev-gate")
s.sendall(sys.argv[1].encode())
s.recv(16)`;

async function askGate(
  { engine }: Pick<StackContext, 'engine'>,
  gate: string,
  word: 'switch' | 'hold' | 'release',
  signal: AbortSignal,
): Promise<void> {
  const command = ['python3', '-I', '-S', '-c', ask, word];
  await engine.execToEnd(gate, { command }, signal);
}

/**
 * Leads new connections to the container that has the process's name now. Resolves when none is
 * open to another container, or after two seconds.
 */
export async function switchGate(
  context: Pick<StackContext, 'engine'>,
  gate: string,
  signal: AbortSignal,
): Promise<void> {
  await askGate(context, gate, 'switch', signal);
}

/**
 * Has new connections wait, half a minute at most, while `restart` stops a container and starts it
 * again. Those that are open have two seconds to end before.
 */
export async function holdGate(
  context: Pick<StackContext, 'engine'>,
  gate: string,
  restart: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  // In an image without Python there is no gate to ask.
  await askGate(context, gate, 'hold', signal).catch(() => signal.throwIfAborted());
  try {
    await restart();
  } finally {
    await askGate(context, gate, 'release', AbortSignal.timeout(releaseTimeoutMs)).catch(() => {});
  }
}

const releaseTimeoutMs = 10_000;
