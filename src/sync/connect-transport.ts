import type { Clock } from '../context/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentListener } from './agent-connection.ts';
import { ArchiveTransport } from './archive-transport.ts';
import { connectAgent } from './connect-agent.ts';
import { type Transport, TransportEnded } from './transport.ts';

/** The agent, or the archive API where the image has no Python. Throws when the container is gone. */
export async function connectTransport(
  engine: Engine,
  container: string,
  listener: AgentListener,
  { roots, clock }: { readonly roots: readonly string[]; readonly clock: Clock },
  signal: AbortSignal,
): Promise<Transport> {
  const agent = await connectAgent(engine, container, listener, signal);
  if (agent) return agent;
  const facts = await engine.inspectContainer(container, signal);
  if (!facts?.running) throw new TransportEnded();
  return new ArchiveTransport({ engine, container, roots, clock });
}
