import type { StackContainer } from '../../stack/find-stack.ts';
import { holdGate } from '../../stack/gate/switch-gate.ts';
import { stopGraceMs } from '../../stack/stack-names.ts';
import { waitForService } from '../../stack/wait-for-service.ts';
import type { StackCommand } from './open-stack-command.ts';

/** Stops containers at once: processes first, then the services they use. Gates stay. */
export async function stopContainers(
  { engine, context }: Pick<StackCommand, 'engine' | 'context'>,
  containers: readonly StackContainer[],
  services: readonly string[],
): Promise<void> {
  for (const isService of [false, true]) {
    await Promise.all(
      containers
        .filter(({ ownership }) => services.includes(ownership.role) === isService)
        .map(({ id }) => engine.stopContainer(id, stopGraceMs, context.signal)),
    );
  }
}

/** Stops the gates of processes that are not to be started again at once. */
export async function stopGates(
  { engine, context }: Pick<StackCommand, 'engine' | 'context'>,
  containers: readonly StackContainer[],
): Promise<void> {
  await Promise.all(
    containers.map(async ({ gate }) => {
      if (gate?.running === true) await engine.stopContainer(gate.id, stopGraceMs, context.signal);
    }),
  );
}

/** Starts containers: services first, until they are ready, then processes. */
export async function startContainers(
  { engine, context, project }: StackCommand,
  containers: readonly StackContainer[],
): Promise<void> {
  const serviceOf = ({ ownership }: StackContainer) =>
    project.services.find(({ name }) => name === ownership.role);
  for (const isService of [true, false]) {
    await Promise.all(
      containers
        .filter((container) => (serviceOf(container) !== undefined) === isService)
        .map(async (container) => {
          const { id, name, ownership, gate } = container;
          await Promise.all([
            engine.startContainer(id, context.signal),
            gate === undefined ? undefined : engine.startContainer(gate.id, context.signal),
          ]);
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

/** Stops and starts containers. Requests to those that have a gate wait meanwhile. */
export async function restartContainers(
  command: StackCommand,
  containers: readonly StackContainer[],
): Promise<void> {
  const { context, project } = command;
  const gates = containers.flatMap(({ gate }) => (gate?.running === true ? [gate.id] : []));
  const services = project.services.map(({ name }) => name);
  let restart = async (): Promise<void> => {
    const running = containers.filter((one) => one.running);
    await stopContainers(command, running, services);
    await startContainers(command, containers);
  };
  for (const gate of gates) {
    const inner = restart;
    restart = () => holdGate(context, gate, inner, context.signal);
  }
  await restart();
}
