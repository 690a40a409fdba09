import type { Engine } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { readAgent } from './agent/agent-source.ts';
import { AgentConnection, type AgentListener } from './agent-connection.ts';
import { TransportEnded } from './transport.ts';

const interpreters = ['python3', 'python'];
/** Without the user's site, environment and bytecode: nothing of the project can get in the way. */
const flags = ['-I', '-S', '-B', '-u', '-c'];

/**
 * Starts the agent as root in a running container. `undefined` when the image has no Python that
 * runs it. Throws what the engine throws, for example when the container does not run.
 */
export async function connectAgent(
  engine: Engine,
  container: string,
  listener: AgentListener,
  signal: AbortSignal,
): Promise<AgentConnection | undefined> {
  const program = await readAgent();
  for (const interpreter of interpreters) {
    const command = [interpreter, ...flags, program];
    const request = { command, user: '0:0', workingDirectory: '/' };
    const session = await engine.exec(container, request, signal);
    const connection = new AgentConnection(session, listener);
    if (await connection.isReady) return connection;
    await connection[Symbol.asyncDispose]();
    signal.throwIfAborted();
    const exitCode = await session.exited.catch((error: unknown) => {
      if (error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND') return 127;
      throw error;
    });
    // Killed together with its container: that is no word about the image.
    if (exitCode > 128) throw new TransportEnded();
  }
  return undefined;
}
