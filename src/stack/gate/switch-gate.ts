import type { StackContext } from '../stack-context.ts';

/** Asks the gate over a socket of its own network namespace. */
const ask = `import socket
s = socket.socket(socket.AF_UNIX)
s.connect("\\0djdev-gate")
s.recv(16)`;

/**
 * Leads new connections to the container that has the process's name now. Resolves when none is
 * open to another container, or after two seconds.
 */
export async function switchGate(
  { engine }: Pick<StackContext, 'engine'>,
  gate: string,
  signal: AbortSignal,
): Promise<void> {
  await engine.execToEnd(gate, { command: ['python3', '-I', '-S', '-c', ask] }, signal);
}
