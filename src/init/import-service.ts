import type { SourceFile } from '../project/project-sources.ts';
import { listBuilds } from './choose-build.ts';
import { type Compose, type ComposeService, isMapping } from './choose-compose.ts';
import { shellWords } from './shell-words.ts';

/** A service of a Compose file that stands beside the application. */
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

/** The service, if it has an image that is worth running; proxies and tools are left out. */
export function importService(
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
export function nameKnown(services: readonly ImportedService[]): readonly ImportedService[] {
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

/** What a service gives its container, in either of the two spellings. */
export function readEnvironment(value: unknown): Readonly<Record<string, string>> {
  if (Array.isArray(value)) {
    const pairs = value.map((line) => String(line).split(/=(.*)/su));
    return Object.fromEntries(pairs.map(([key = '', held = '']) => [key, held]));
  }
  if (!isMapping(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, scalarText(held)]));
}

/** The command in one line; `$$` is a dollar sign. */
export function readCommand(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim().replaceAll('$$', '$');
  if (!Array.isArray(value)) return undefined;
  return shellWords(value.map(String));
}

/** Why a service was left out. */
export function describeOther(name: string, service: ComposeService): string {
  const image = scalarText(service['image']);
  const { build } = service;
  if (proxies.test(image) || proxies.test(name)) {
    return 'a proxy; djdev sends what one in front of production would';
  }
  if (tools.test(image) || tools.test(name)) return 'a tool beside the application';
  const place = scalarText(isMapping(build) ? (build['dockerfile'] ?? build['context']) : build);
  return place === '' ? 'it has no image' : `built from ${place}; djdev runs one image`;
}

/** What of a service has no counterpart. */
export function listUnmapped(name: string, service: ComposeService): readonly string[] {
  const volumes = Array.isArray(service['volumes']) ? service['volumes'] : [];
  const mounts = volumes.map(String).filter((volume) => /^[./~]/u.test(volume));
  const others = Object.keys(service).filter((key) => !obsolete.has(key));
  return [
    ...mounts.map((volume) => `${name}: the mount ${volume}; djdev syncs edits instead`),
    ...others.map((key) => `${name}: ${key}`),
  ];
}

/** A name that djdev takes. */
export function asName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9-]+/gu, '-');
}

function scalarText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}
