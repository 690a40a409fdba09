import type { ContainerSpec, Ownership } from '../engine/engine.ts';
import type { ServiceDefinition } from '../project/project.ts';
import type { ServiceAddress } from '../project/resolve-environment.ts';
import { Secret } from '../project/secret.ts';

/** A service beside the application whose address is settled before it starts. */
export interface ServicePlan {
  readonly service: ServiceDefinition;
  readonly address: ServiceAddress;
}

/** Ports and URL schemes of the services djdev knows; others are reached by name alone. */
const known = {
  redis: { scheme: 'redis', port: 6379, name: '0' },
  mailpit: { scheme: 'smtp', port: 1025, name: '' },
  image: { scheme: 'http', port: 80, name: '' },
  postgres: { scheme: 'postgres', port: 5432, name: '' },
} as const;

/** Where a service of the run will be. For Postgres there is `planScratchPostgres`. */
export function planService(service: ServiceDefinition): ServicePlan {
  const { scheme, port, name } = known[service.kind];
  const url = new Secret(`${scheme}://${service.name}:${port}/${name}`);
  const address = { url, host: service.name, port, user: '', password: new Secret(''), name };
  return { service, address };
}

/** The container of a service, as its image starts by itself. Pure. */
export function describeServiceContainer(
  { service }: ServicePlan,
  placement: {
    readonly network: string;
    readonly name: string;
    readonly ownership: Ownership;
  },
): ContainerSpec {
  return {
    ...placement,
    image: service.image,
    aliases: [service.name],
    lifeline: 'wrap',
  };
}
