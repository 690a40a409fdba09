import { changePassword } from '../database/change-password.ts';
import { withPostgresSession } from '../database/postgres-session.ts';
import type { PostgresAddress } from '../database/postgres-session.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import type { ServiceDefinition } from '../project/project.ts';
import { type AppliedContainer, applyContainer } from './apply-container.ts';
import {
  describeStackService,
  servicePage,
  serviceVolumes,
  webAddress,
} from './describe-service.ts';
import type { Stack } from './open-stack.ts';
import type { StackContext } from './stack-context.ts';
import { stackNetwork, stackOwnership } from './stack-names.ts';
import { waitForService } from './wait-for-service.ts';

/** What of a stack is on the engine already. */
export interface FoundStack {
  readonly containers: ReadonlyMap<string, ContainerSummary>;
  readonly hasNetwork: boolean;
  readonly volumes: readonly string[];
}

/** The services of a stack, ready. */
export interface StartedServices {
  readonly containers: readonly AppliedContainer[];
  /** Where this process reaches the database of the application. */
  readonly database: PostgresAddress | undefined;
}

/** Starts these services, all at once, and returns when all of them are ready. */
export async function startServices(
  context: StackContext,
  stack: Stack,
  found: FoundStack,
  services: readonly ServiceDefinition[] = stack.project.services,
): Promise<StartedServices> {
  if (services.length > 0) await ensureNetwork(context, stack, found);
  const containers = await Promise.all(
    services.map((service) => startService(context, stack, found, service)),
  );
  return { containers, database: databaseAddress(stack, containers) };
}

/** Makes the stack's network, unless it is there. */
export async function ensureNetwork(
  { engine, signal }: StackContext,
  { project }: Stack,
  found: FoundStack,
): Promise<void> {
  if (found.hasNetwork) return;
  await engine.createNetwork(stackNetwork(project), stackOwnership(project, 'network'), signal);
}

async function startService(
  context: StackContext,
  stack: Stack,
  found: FoundStack,
  service: ServiceDefinition,
): Promise<AppliedContainer> {
  const { engine, signal, clock, emit } = context;
  const { project } = stack;
  const startedMs = clock.monotonicMs();
  const { name } = service;
  const onPull = (line: string): void => emit({ type: 'line-logged', role: name, line });
  const image =
    (await engine.inspectImage(service.image, signal)) ??
    (await engine.pullImage(service.image, onPull, signal));
  const postgres = stack.postgres?.service === name ? stack.postgres : undefined;
  const volumes = serviceVolumes(project, service);
  const missing = volumes.filter((volume) => !found.volumes.includes(volume));
  for (const volume of missing) {
    await engine.createVolume(volume, stackOwnership(project, name), signal);
  }
  const environment = stack.serviceEnvironments[name];
  const spec = describeStackService(project, service, image, { environment, postgres });
  const container = await applyContainer(context, spec, found.containers.get(name));
  if (container.change === 'keep') return container;
  await waitForService(context, service, container);
  if (postgres && missing.length < volumes.length) await mendPassword(context, stack, container);
  const page = servicePage(service);
  const port = page === undefined ? undefined : container.ports[page];
  const url = port === undefined ? {} : { url: webAddress(container.host, port) };
  emit({ type: 'service-ready', role: name, ms: clock.monotonicMs() - startedMs, ...url });
  return container;
}

/**
 * A volume remembers the password it was made with. Where the seed has changed since, the server is
 * told the new one, over its own socket, which trusts whoever is in the container.
 */
async function mendPassword(
  { engine, signal }: StackContext,
  stack: Stack,
  container: AppliedContainer,
): Promise<void> {
  const { postgres } = stack;
  const address = databaseAddress(stack, [container]);
  if (postgres === undefined || address === undefined) return;
  const ask = async (): Promise<void> => {
    await withPostgresSession({ ...address, database: 'postgres' }, signal, (q) => q('SELECT 1'));
  };
  try {
    await ask();
  } catch {
    signal.throwIfAborted();
    const command = ['psql', '-qX', '-U', postgres.user, '-d', 'postgres'];
    const input = changePassword(postgres);
    await engine.execToEnd(container.id, { command, input, user: 'postgres' }, signal);
    await ask();
  }
}

function databaseAddress(
  { postgres }: Stack,
  containers: readonly AppliedContainer[],
): PostgresAddress | undefined {
  const container = containers.find(({ role }) => role === postgres?.service);
  const port = container?.ports[postgres?.port ?? 0];
  if (postgres === undefined || container === undefined || port === undefined) return undefined;
  const { user, password, database } = postgres;
  return { host: container.host, port, user, password, database };
}
