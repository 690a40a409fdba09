import type { ContainerSpec, EnvironmentValues, Ownership } from '../engine/engine.ts';
import type { ServiceDefinition } from '../project/project.ts';
import type { ServiceAddress } from '../project/resolve-environment.ts';
import { Secret } from '../project/secret.ts';
import { servicePorts } from './describe-service.ts';

/** A service beside the application whose address is settled before it starts. */
export interface ServicePlan {
  readonly service: ServiceDefinition;
  readonly address: ServiceAddress;
}

/** Ports and URL schemes of the services djdev knows; others speak HTTP on their first port. */
const known = {
  redis: { scheme: 'redis', port: 6379, name: '0' },
  mailpit: { scheme: 'smtp', port: 1025, name: '' },
  image: { scheme: 'http', port: undefined, name: '' },
  postgres: { scheme: 'postgres', port: 5432, name: '' },
} as const;

/** Where a service of the run will be. For Postgres there is `planScratchPostgres`. */
export function planService(service: ServiceDefinition): ServicePlan {
  const { scheme, port: usual, name } = known[service.kind];
  const port = usual ?? service.ports?.[0] ?? 80;
  const path = name === '' ? '' : `/${name}`;
  const url = new Secret(`${scheme}://${service.name}:${port}${path}`);
  const address = { url, host: service.name, port, user: '', password: new Secret(''), name };
  return { service, address };
}

/**
 * The container of a service for one run: as its image starts by itself, with its data in the
 * container and PID 1 as in the stack. Pure.
 */
export function describeServiceContainer(
  { service }: Pick<ServicePlan, 'service'>,
  placement: {
    readonly network: string;
    readonly name: string;
    readonly ownership: Ownership;
    readonly environment?: EnvironmentValues;
  },
): ContainerSpec {
  return {
    ...placement,
    image: service.image,
    ...(service.command && { command: service.command }),
    aliases: [service.name, ...(service.aliases ?? [])],
    publish: servicePorts(service),
    lifeline: 'watch',
  };
}
