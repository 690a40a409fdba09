import type { SourceFile } from '../project/project-sources.ts';
import type { ChosenBuild } from './choose-build.ts';
import { listBuilds } from './choose-build.ts';
import type { Compose } from './choose-compose.ts';
import {
  asName,
  describeOther,
  type ImportedService,
  importService,
  listUnmapped,
  nameKnown,
  readCommand,
  readEnvironment,
} from './import-service.ts';

/** What a Compose file says, in djdev's words. */
export interface ImportedCompose {
  readonly processes: readonly { readonly name: string; readonly command: string | undefined }[];
  readonly services: readonly ImportedService[];
  /** Variables of the application; addresses of services are templates. */
  readonly environment: Readonly<Record<string, string>>;
  /** What has no counterpart, and why, one sentence each. */
  readonly unmapped: readonly string[];
}

/** What a Compose file gives when there is none. */
export const nothingImported: ImportedCompose = {
  processes: [],
  services: [],
  environment: {},
  unmapped: [],
};

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
      // Another stage of one Dockerfile is another image: assets, tests.
      if (other?.target !== chosen.target) return false;
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
