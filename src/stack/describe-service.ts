import type { ScratchPostgresPlan } from '../database/plan-scratch-postgres.ts';
import type { ContainerSpec, EnvironmentValues, ImageFacts } from '../engine/engine.ts';
import type { Project, ServiceDefinition } from '../project/project.ts';
import { stackContainer, stackNetwork, stackOwnership, stackVolume } from './stack-names.ts';

interface KnownService {
  /** Worth reaching from the host, or needed by djdev itself. */
  readonly ports: readonly number[];
  /** Where the data lies when the image declares no volume; absent: nothing is kept. */
  readonly dataPath?: string;
  readonly environment?: EnvironmentValues;
}

const mailpitPage = 8025;

const known: Readonly<Record<ServiceDefinition['kind'], KnownService>> = {
  postgres: { ports: [5432], dataPath: '/var/lib/postgresql/data' },
  redis: { ports: [6379], dataPath: '/data' },
  // Without a file it keeps its mails in memory, or in a directory that goes with the process.
  mailpit: {
    ports: [mailpitPage],
    dataPath: '/data',
    environment: { MP_DATABASE: '/data/mailpit.db' },
  },
  image: { ports: [] },
};

/** Name of the one volume of a service that declares none. */
const dataVolume = 'data';

/** The container ports of a service that are published: its kind's, the declared, the asked. */
export function servicePorts(
  service: Pick<ServiceDefinition, 'kind' | 'ports' | 'ready'>,
): readonly number[] {
  const { kind, ports = [], ready } = service;
  const asked = ready === undefined || ready.ask.type === 'command' ? [] : [ready.ask.port];
  return [...new Set([...known[kind].ports, ...ports, ...asked])];
}

/** The container port at which a service has pages for people, if it has any. */
export function servicePage({
  kind,
  ready,
}: Pick<ServiceDefinition, 'kind' | 'ready'>): number | undefined {
  if (kind === 'mailpit') return mailpitPage;
  return ready?.ask.type === 'http' ? ready.ask.port : undefined;
}

/** A published port as people type it into a browser. */
export function webAddress(host: string, port: number): string {
  return `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}/`;
}

/** The named volumes of a service, whose data outlives its container. */
export function serviceVolumes(
  project: Pick<Project, 'id'>,
  service: ServiceDefinition,
): readonly string[] {
  return volumeNames(service).map((name) => stackVolume(project, service.name, name));
}

function volumeNames({ kind, volumes }: ServiceDefinition): readonly string[] {
  if (volumes !== undefined) return Object.keys(volumes);
  return known[kind].dataPath === undefined ? [] : [dataVolume];
}

/** Path in the container → volume. */
function mountVolumes(
  project: Pick<Project, 'id'>,
  { name, kind, volumes }: ServiceDefinition,
  image: Pick<ImageFacts, 'volumes'>,
): Readonly<Record<string, string>> {
  const { dataPath } = known[kind];
  const usual = dataPath === undefined ? {} : { [dataVolume]: image.volumes[0] ?? dataPath };
  return Object.fromEntries(
    Object.entries(volumes ?? usual).map(([volume, path]) => [
      path,
      stackVolume(project, name, volume),
    ]),
  );
}

/** The container of a service of the stack. Pure. */
export function describeStackService(
  project: Pick<Project, 'id' | 'name'>,
  service: ServiceDefinition,
  image: Pick<ImageFacts, 'id' | 'volumes'>,
  { environment = {}, postgres }: ServiceSurroundings,
): ContainerSpec {
  const mounts = mountVolumes(project, service, image);
  const variables = {
    ...(Object.keys(mounts).length > 0 && known[service.kind].environment),
    ...environment,
    ...(postgres && {
      POSTGRES_USER: postgres.user,
      POSTGRES_PASSWORD: postgres.password,
      POSTGRES_DB: postgres.database,
    }),
  };
  return {
    name: stackContainer(project, service.name),
    image: image.id,
    ownership: stackOwnership(project, service.name),
    network: stackNetwork(project),
    aliases: [service.name, ...(service.aliases ?? [])],
    publish: servicePorts(service),
    ...(service.command && { command: service.command }),
    ...(Object.keys(mounts).length > 0 && { volumes: mounts }),
    ...(Object.keys(variables).length > 0 && { environment: variables }),
    lifeline: 'none',
  };
}

interface ServiceSurroundings {
  /** The declared variables, with the addresses of other services in them. */
  readonly environment?: EnvironmentValues | undefined;
  readonly postgres?: ScratchPostgresPlan | undefined;
}
