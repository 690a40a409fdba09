import type { ScratchPostgresPlan } from '../database/plan-scratch-postgres.ts';
import type { ContainerSpec, ImageFacts } from '../engine/engine.ts';
import type { Project, ServiceDefinition } from '../project/project.ts';
import { stackContainer, stackNetwork, stackOwnership, stackVolume } from './stack-names.ts';

/** Where the official images keep their data when they declare no volume. */
const postgresDataPath = '/var/lib/postgresql/data';

/** Ports of the services djdev knows that are worth reaching from the host. */
const publishedPorts = { postgres: [5432], redis: [6379], mailpit: [8025], image: [] } as const;

/** Whether a service's data outlives its container. */
export function keepsData({ kind }: Pick<ServiceDefinition, 'kind'>): boolean {
  return kind === 'postgres';
}

/** The container ports of a service that are published. */
export function servicePorts({ kind }: Pick<ServiceDefinition, 'kind'>): readonly number[] {
  return publishedPorts[kind];
}

/** The container of a service of the stack. Pure. */
export function describeStackService(
  project: Pick<Project, 'id' | 'name'>,
  service: ServiceDefinition,
  image: Pick<ImageFacts, 'id' | 'volumes'>,
  postgres: ScratchPostgresPlan | undefined,
): ContainerSpec {
  return {
    name: stackContainer(project, service.name),
    image: image.id,
    ownership: stackOwnership(project, service.name),
    network: stackNetwork(project),
    aliases: [service.name],
    publish: servicePorts(service),
    ...(keepsData(service) && {
      volumes: { [image.volumes[0] ?? postgresDataPath]: stackVolume(project, service.name) },
    }),
    ...(postgres && {
      environment: {
        POSTGRES_USER: postgres.user,
        POSTGRES_PASSWORD: postgres.password,
        POSTGRES_DB: postgres.database,
      },
    }),
    lifeline: 'none',
  };
}
