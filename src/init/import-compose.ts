import type { SourceFile } from '../project/project-sources.ts';
import type { ChosenBuild } from './choose-build.ts';
import { listBuilds } from './choose-build.ts';
import { type Compose, type ComposeService, isMapping } from './choose-compose.ts';
import { shellWords } from './shell-words.ts';

/** What a Compose file says, in djdev's words. */
export interface ImportedCompose {
  readonly processes: readonly { readonly name: string; readonly command: string | undefined }[];
  readonly services: readonly ImportedService[];
  /** Variables of the application; addresses of services are templates. */
  readonly environment: Readonly<Record<string, string>>;
  /** What has no counterpart, and why, one sentence each. */
  readonly unmapped: readonly string[];
}

export interface ImportedService {
  /** As the Compose file has it. */
  readonly host: string;
  readonly name: string;
  /** djdev knows it by its name. */
  readonly known: KnownService | undefined;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: string | undefined;
  readonly ports: readonly number[];
  /** `name:/path` */
  readonly volumes: readonly string[];
}

type KnownService = 'postgres' | 'redis' | 'mailpit';

/** What a Compose file gives when there is none. */
export const nothingImported: ImportedCompose = {
  processes: [],
  services: [],
  environment: {},
  unmapped: [],
};

/** Keys that need no counterpart: djdev does it by itself. */
const obsolete = new Set(
  (
    'build command container_name depends_on environment env_file expose healthcheck hostname ' +
    'image init labels logging networks ports pull_policy restart stdin_open tty user ' +
    'working_dir platform develop volumes links version profiles entrypoint tmpfs'
  ).split(' '),
);

const proxies = /(?:^|[/_-])(?:nginx|traefik|caddy|haproxy|certbot|acme|proxy|swag)(?:$|[:_-])/u;
const tools = /(?:^|[/_-])(?:adminer|pgadmin\d*|portainer|watchtower|dozzle|backups?)(?:$|[:_-])/u;
const webNames = ['web', 'django', 'app', 'backend', 'api', 'server', 'site', 'wsgi', 'asgi'];

/**
 * Reads a Compose file. Services that are built as the application is are its processes; others
 * with an image stand beside it.
 */
export function importCompose(
  compose: Compose,
  build: Pick<ChosenBuild, 'dockerfile'> | undefined,
  dockerfiles: readonly SourceFile[],
): ImportedCompose {
  const { services } = compose;
  const own = chooseOwn(compose, build);
  const beside = Object.entries(services).filter(([name]) => !own.includes(name));
  const imported = nameKnown(
    beside.flatMap(([name, service]) => importService(name, service, compose, dockerfiles)),
  );
  const hosts = new Map(imported.map(({ host, name }) => [host, name] as const));
  const environment: Record<string, string> = {};
  for (const name of own) {
    for (const [key, value] of Object.entries(readEnvironment(services[name]?.['environment']))) {
      environment[key] ??= nameServices(value, hosts);
    }
  }
  const web = own.find((name) => webNames.includes(name)) ?? own[0];
  return {
    processes: own.map((name) => ({
      name: name === web ? 'web' : asName(name),
      command: readCommand(services[name]?.['command']),
    })),
    services: imported,
    environment,
    unmapped: [
      ...own.flatMap((name) => listUnmapped(name, services[name] ?? {})),
      ...beside.flatMap(([name, service]) =>
        imported.some(({ host }) => host === name)
          ? listUnmapped(name, service)
          : [`${name}: ${describeOther(name, service)}`],
      ),
    ],
  };
}

/** The services that run the application's image: of the chosen Dockerfile, or with that image. */
function chooseOwn(
  compose: Compose,
  build: Pick<ChosenBuild, 'dockerfile'> | undefined,
): readonly string[] {
  const builds = listBuilds(compose, new Set());
  const entries = Object.entries(compose.services);
  const contextOf = (name: string): string | undefined =>
    builds.find(({ service }) => service === name)?.context;
  const named = webNames
    .map((name) => builds.find(({ service }) => service === name))
    .find((found) => found !== undefined);
  const chosen =
    builds.find(
      ({ context, dockerfile }) =>
        build !== undefined && samePlace(build.dockerfile, context, dockerfile),
    ) ??
    named ??
    (build === undefined ? builds[0] : undefined);
  if (chosen === undefined) return [];
  const image = compose.services[chosen.service]?.['image'];
  return entries
    .filter(([name, service]) => {
      if (name === chosen.service) return true;
      if (service['build'] === undefined) return image !== undefined && service['image'] === image;
      const other = builds.find((one) => one.service === name);
      return contextOf(name) === chosen.context && isLike(other?.dockerfile, chosen.dockerfile);
    })
    .map(([name]) => name);
}

function samePlace(chosen: string, context: string, dockerfile: string): boolean {
  return chosen === dockerfile || (chosen.startsWith(`${context}/`) && !dockerfile.includes('/'));
}

/** Files of one directory are variants of one image; a database's own has another. */
function isLike(one: string | undefined, other: string): boolean {
  const directory = (file: string): string => file.split('/').slice(0, -1).join('/');
  return one !== undefined && directory(one) === directory(other);
}

function importService(
  name: string,
  service: ComposeService,
  compose: Compose,
  dockerfiles: readonly SourceFile[],
): readonly ImportedService[] {
  const image = imageOf(name, service, compose, dockerfiles);
  if (image === undefined || proxies.test(image) || tools.test(image) || tools.test(name))
    return [];
  const known = knownService(image);
  if (service['build'] !== undefined && known === undefined) return [];
  const ports = [
    ...(Array.isArray(service['ports']) ? service['ports'] : []),
    ...(Array.isArray(service['expose']) ? service['expose'] : []),
  ];
  const volumes = Array.isArray(service['volumes']) ? service['volumes'].map(String) : [];
  return [
    {
      host: name,
      name: known ?? asName(name),
      known,
      image,
      environment: readEnvironment(service['environment']),
      command: readCommand(service['command']),
      ports: [...new Set(ports.flatMap(readPort))],
      volumes: volumes.filter((volume) => /^[a-z0-9][a-z0-9_.-]*:\/[^:]*$/u.test(volume)),
    },
  ];
}

/** Of a service that builds its own: the image that it begins with. */
function imageOf(
  name: string,
  service: ComposeService,
  compose: Compose,
  dockerfiles: readonly SourceFile[],
): string | undefined {
  if (service['build'] === undefined) {
    return typeof service['image'] === 'string' ? service['image'] : undefined;
  }
  const paths = new Set(dockerfiles.map(({ path }) => path));
  const build = listBuilds(compose, paths).find((one) => one.service === name);
  const file = dockerfiles.find(({ path }) => path === build?.dockerfile);
  return /^FROM\s+(?:--\S+\s+)?(\S+)/imu.exec(file?.text ?? '')?.[1];
}

/** Only one service has each of the names that djdev knows. */
function nameKnown(services: readonly ImportedService[]): readonly ImportedService[] {
  const seen = new Set<string>();
  return services.map((service) => {
    if (service.known === undefined || !seen.has(service.known)) {
      if (service.known !== undefined) seen.add(service.known);
      return service;
    }
    return { ...service, name: asName(service.host), known: undefined };
  });
}

function readPort(port: unknown): readonly number[] {
  const target = isMapping(port) ? port['target'] : String(port).split('/')[0]?.split(':').at(-1);
  const number = Number.parseInt(String(target), 10);
  return Number.isNaN(number) ? [] : [number];
}

function knownService(image: string): KnownService | undefined {
  const name = image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
  if (/^(?:postgres(?:ql)?|postgis|pgvector|timescaledb(?:-ha)?)$/u.test(name)) return 'postgres';
  if (/^(?:redis|valkey|redis-stack(?:-server)?|keydb)$/u.test(name)) return 'redis';
  return /^(?:mailpit|mailhog)$/u.test(name) ? 'mailpit' : undefined;
}

function readEnvironment(value: unknown): Readonly<Record<string, string>> {
  if (Array.isArray(value)) {
    const pairs = value.map((line) => String(line).split(/=(.*)/su));
    return Object.fromEntries(pairs.map(([key = '', held = '']) => [key, held]));
  }
  if (!isMapping(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, scalarText(held)]));
}

/** An address of a service becomes a template, so that djdev can choose its own. */
function nameServices(value: string, hosts: ReadonlyMap<string, string>): string {
  const url = /^(?<scheme>[a-z+]+):\/\/(?:[^@/]*@)?(?<host>[\w.-]+)(?::\d+)?(?<path>\/.*)?$/u.exec(
    value,
  )?.groups;
  const service = hosts.get(url?.['host'] ?? '');
  if (url === undefined || service === undefined) {
    const host = hosts.get(value);
    return host === undefined ? value : `\${services.${host}.host}`;
  }
  const { scheme = '', path = '' } = url;
  if (/^rediss?$/u.test(scheme) && /^\/\d+$/u.test(path) && path !== '/0') {
    return `redis://\${services.${service}.host}:\${services.${service}.port}${path}`;
  }
  return /^(?:postgres(?:ql)?|postgis|psql|rediss?)$/u.test(scheme)
    ? `\${services.${service}.url}`
    : value;
}

function readCommand(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim().replaceAll('$$', '$');
  if (!Array.isArray(value)) return undefined;
  return shellWords(value.map(String));
}

function describeOther(name: string, service: ComposeService): string {
  const image = scalarText(service['image']);
  const { build } = service;
  if (proxies.test(image) || proxies.test(name)) {
    return 'a proxy; djdev sends what one in front of production would';
  }
  if (tools.test(image) || tools.test(name)) return 'a tool beside the application';
  const place = scalarText(isMapping(build) ? (build['dockerfile'] ?? build['context']) : build);
  return place === '' ? 'it has no image' : `built from ${place}; djdev runs one image`;
}

function listUnmapped(name: string, service: ComposeService): readonly string[] {
  const volumes = Array.isArray(service['volumes']) ? service['volumes'] : [];
  const mounts = volumes.map(String).filter((volume) => /^[./~]/u.test(volume));
  const others = Object.keys(service).filter((key) => !obsolete.has(key));
  return [
    ...mounts.map((volume) => `${name}: the mount ${volume}; djdev syncs edits instead`),
    ...others.map((key) => `${name}: ${key}`),
  ];
}

function asName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9-]+/gu, '-');
}

function scalarText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}
