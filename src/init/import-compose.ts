import { parse } from 'yaml';
import { DjdevError } from '../errors/djdev-error.ts';

/** What a Compose file says, in djdev's words. */
export interface ImportedCompose {
  readonly processes: readonly { readonly name: string; readonly command: string | undefined }[];
  readonly services: readonly ImportedService[];
  /** Variables of the application; addresses of services are templates. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was left out, and why, one sentence each. */
  readonly unmapped: readonly string[];
}

export interface ImportedService {
  readonly name: string;
  /** djdev knows it by its name. */
  readonly known: 'postgres' | 'redis' | 'mailpit' | undefined;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

type Mapping = Readonly<Record<string, unknown>>;

/** Keys that need no counterpart: djdev does it by itself. */
const obsolete = new Set([
  'build',
  'command',
  'container_name',
  'depends_on',
  'environment',
  'env_file',
  'expose',
  'healthcheck',
  'hostname',
  'image',
  'init',
  'labels',
  'logging',
  'networks',
  'ports',
  'pull_policy',
  'restart',
  'stdin_open',
  'tty',
  'user',
  'working_dir',
  'platform',
  'develop',
]);

/**
 * Reads a Compose file. Services with `build` are processes of the application, all others stand
 * beside it. Throws `DJ-USAGE` when it is none.
 */
export function importCompose(text: string, file: string): ImportedCompose {
  const services = readServices(text, file);
  const built = Object.entries(services).filter(([, service]) => service['build'] !== undefined);
  const beside = Object.entries(services).filter(([, service]) => service['build'] === undefined);
  const imported = beside.flatMap(([name, service]) => importService(name, service));
  const hosts = new Map(imported.map(({ name, known }) => [name, known ?? asName(name)] as const));
  const unmapped: string[] = [];
  const environment: Record<string, string> = {};
  for (const [name, service] of built) {
    for (const [key, value] of Object.entries(readEnvironment(service['environment']))) {
      environment[key] ??= nameServices(value, hosts);
    }
    unmapped.push(...listUnmapped(name, service));
  }
  for (const [name, service] of beside) unmapped.push(...listUnmapped(name, service));
  return {
    processes: built.map(([name, service], index) => ({
      name: index === 0 && !built.some(([other]) => other === 'web') ? 'web' : asName(name),
      command: readCommand(service['command']),
    })),
    services: imported,
    environment,
    unmapped,
  };
}

function readServices(text: string, file: string): Readonly<Record<string, Mapping>> {
  let content: unknown;
  try {
    content = parse(text, { merge: true });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new DjdevError('DJ-USAGE', {
      message: `${file} is not YAML: ${why}`,
      hint: '“docker compose config” says more.',
      cause,
    });
  }
  const services = isMapping(content) ? content['services'] : undefined;
  if (isMapping(services)) {
    return Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, isMapping(service) ? service : {}]),
    );
  }
  throw new DjdevError('DJ-USAGE', {
    message: `${file} has no services.`,
    hint: 'Name the Compose file of the project with --from.',
  });
}

function importService(name: string, service: Mapping): readonly ImportedService[] {
  const image = typeof service['image'] === 'string' ? service['image'] : undefined;
  if (image === undefined) return [];
  const ports = Array.isArray(service['ports']) ? service['ports'] : [];
  return [
    {
      name,
      known: knownService(image),
      image,
      environment: readEnvironment(service['environment']),
      ports: ports.flatMap((port) => {
        const target = isMapping(port) ? port['target'] : String(port).split(':').at(-1);
        const number = Number.parseInt(String(target), 10);
        return Number.isNaN(number) ? [] : [number];
      }),
    },
  ];
}

function knownService(image: string): ImportedService['known'] {
  const name = image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
  if (name === 'postgres' || name === 'postgis') return 'postgres';
  if (name === 'redis' || name === 'valkey') return 'redis';
  return name === 'mailpit' || name === 'mailhog' ? 'mailpit' : undefined;
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
  const url = /^(?:postgres(?:ql)?|redis|rediss):\/\/(?:[^@/]*@)?([\w.-]+)(?::\d+)?(?:\/.*)?$/u;
  const service = hosts.get(url.exec(value)?.[1] ?? '');
  if (service !== undefined) return `\${services.${service}.url}`;
  const host = hosts.get(value);
  return host === undefined ? value : `\${services.${host}.host}`;
}

function readCommand(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  if (!Array.isArray(value)) return undefined;
  return value.map((word) => (/\s/u.test(String(word)) ? JSON.stringify(word) : word)).join(' ');
}

function listUnmapped(name: string, service: Mapping): readonly string[] {
  const volumes = Array.isArray(service['volumes']) ? service['volumes'] : [];
  const mounts = volumes.map(String).filter((volume) => /^[./~]/u.test(volume));
  const others = Object.keys(service).filter((key) => !obsolete.has(key) && key !== 'volumes');
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

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
