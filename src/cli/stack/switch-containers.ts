import type { ContainerSummary } from '../../engine/engine.ts';
import { stopGraceMs } from '../../stack/stack-names.ts';
import { waitForService } from '../../stack/wait-for-service.ts';
import type { StackCommand } from './open-stack-command.ts';

/** Stops containers at once: processes first, then the services they use. */
export async function stopContainers(
  { engine, context, project }: StackCommand,
  containers: readonly ContainerSummary[],
): Promise<void> {
  const services = project.services.map(({ name }) => name);
  for (const isService of [false, true]) {
    await Promise.all(
      containers
        .filter(({ ownership }) => services.includes(ownership.role) === isService)
        .map(({ id }) => engine.stopContainer(id, stopGraceMs, context.signal)),
    );
  }
}

/** Starts containers: services first, until they are ready, then processes. */
export async function startContainers(
  { engine, context, project }: StackCommand,
  containers: readonly ContainerSummary[],
): Promise<void> {
  const serviceOf = ({ ownership }: ContainerSummary) =>
    project.services.find(({ name }) => name === ownership.role);
  for (const isService of [true, false]) {
    await Promise.all(
      containers
        .filter((container) => (serviceOf(container) !== undefined) === isService)
        .map(async (container) => {
          const { id, name, ownership } = container;
          await engine.startContainer(id, context.signal);
          const service = serviceOf(container);
          const facts = service && (await engine.inspectContainer(id, context.signal));
          if (service === undefined || facts === undefined) return;
          const { host, publishedPorts: ports } = facts;
          const applied = { role: ownership.role, id, name, change: 'start', host, ports } as const;
          await waitForService(context, service, applied);
        }),
    );
  }
}
