import path from 'node:path';
import { stringify } from 'yaml';
import { planScratchPostgres } from '../database/plan-scratch-postgres.ts';
import type {
  ProcessDefinition,
  Project,
  ServiceDefinition,
  Variable,
} from '../project/project.ts';
import {
  resolveEnvironment,
  resolveServiceEnvironments,
  type ServiceAddress,
  variablesFor,
} from '../project/resolve-environment.ts';
import { Secret } from '../project/secret.ts';
import { servicePorts } from './describe-service.ts';
import { planService } from './plan-service.ts';

/** The password of a database that only the machine itself can reach. */
const localPassword = 'postgres';
const usualPort = 8000;

/**
 * The stack of development as a Compose file: the same image, services, addresses and commands.
 * Secrets are not in it: Compose reads them from `.env` by the same names. `directory` is where the
 * file will lie; paths are relative to it.
 */
export function exportCompose(project: Project, directory: string): string {
  const addresses = Object.fromEntries(
    project.services.map((service) => [service.name, addressOf(service, project.name)]),
  );
  const ofServices = resolveServiceEnvironments(project.services, addresses);
  const content = {
    name: project.name,
    services: {
      ...Object.fromEntries(
        project.services.map((service) => [
          service.name,
          exportService(project, service, ofServices[service.name] ?? {}),
        ]),
      ),
      ...Object.fromEntries(
        project.processes.map((process) => [
          process.name,
          exportProcess(project, process, directory, exportEnvironment(project, addresses)),
        ]),
      ),
    },
    volumes: Object.fromEntries(
      project.services.flatMap((service) =>
        Object.keys(volumesOf(service)).map((volume) => [`${service.name}-${volume}`, {}]),
      ),
    ),
  };
  return `${header(project)}${stringify(content, { lineWidth: 100, aliasDuplicateObjects: false })}`;
}

function header({ processes }: Project): string {
  const [first] = processes;
  return [
    '# The stack of `djdev up`, written by `djdev export compose`: write it anew when it changes.',
    '# Edits are not synced here: docker compose up --build takes them.',
    `# docker compose run --rm ${first?.name ?? 'web'} python manage.py migrate`,
    '',
    '',
  ].join('\n');
}

function addressOf(service: ServiceDefinition, project: string): ServiceAddress {
  if (service.kind !== 'postgres') return planService(service).address;
  const plan = planScratchPostgres(service, project, localPassword);
  const { url, host, port, user, password, database: name } = plan;
  return { url, host, port, user, password, name };
}

/** Volume → path in the container, as `djdev up` has them. */
function volumesOf({ kind, volumes }: ServiceDefinition): Readonly<Record<string, string>> {
  if (volumes !== undefined) return volumes;
  if (kind === 'postgres') return { data: '/var/lib/postgresql/data' };
  return kind === 'redis' ? { data: '/data' } : {};
}

function exportService(
  project: Project,
  service: ServiceDefinition,
  declared: Readonly<Record<string, string | Secret>>,
): Readonly<Record<string, unknown>> {
  const { name, kind, image, command } = service;
  const { user, password, database } = planScratchPostgres(service, project.name, localPassword);
  const environment = {
    ...exportValues(declared, new Map()),
    ...(kind === 'postgres' && {
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password.reveal(),
      POSTGRES_DB: database,
    }),
  };
  const volumes = Object.entries(volumesOf(service)).map(
    ([volume, at]) => `${name}-${volume}:${at}`,
  );
  const ports = kind === 'postgres' || kind === 'redis' ? [] : servicePorts(service);
  return {
    image,
    ...(command && { command }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(ports.length > 0 && { ports: ports.map((port) => `127.0.0.1:${port}:${port}`) }),
    ...(volumes.length > 0 && { volumes }),
    ...(service.aliases && { networks: { default: { aliases: service.aliases } } }),
    ...exportCheck(service, user),
  };
}

function exportCheck(
  { kind, ready }: ServiceDefinition,
  user: string,
): { readonly healthcheck?: unknown } {
  const test =
    ready?.ask.type === 'command'
      ? ['CMD', ...ready.ask.command]
      : {
          postgres: ['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', user],
          redis: ['CMD', 'redis-cli', 'ping'],
        }[kind as 'postgres' | 'redis'];
  return test === undefined
    ? {}
    : { healthcheck: { test, interval: '2s', timeout: '3s', retries: 30 } };
}

function exportProcess(
  project: Project,
  { command, port }: ProcessDefinition,
  directory: string,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const { context, dockerfile, target, args } = project.build;
  const relative = (file: string): string => path.relative(directory, file) || '.';
  const isWeb = port !== undefined;
  return {
    image: `${project.name}-app`,
    build: {
      context: relative(context),
      dockerfile: path.relative(context, dockerfile),
      ...(target && { target }),
      ...(Object.keys(args).length > 0 && { args }),
    },
    ...(command && { command: command.map(escapeText) }),
    environment,
    ...(isWeb && { ports: [`127.0.0.1:${usualPort}:${port}`] }),
    ...(project.services.length > 0 && {
      depends_on: Object.fromEntries(
        project.services.map((service) => [service.name, { condition: conditionOf(service) }]),
      ),
    }),
  };
}

function conditionOf(service: ServiceDefinition): string {
  return exportCheck(service, '').healthcheck === undefined ? 'service_started' : 'service_healthy';
}

function exportEnvironment(
  project: Project,
  addresses: Readonly<Record<string, ServiceAddress>>,
): Readonly<Record<string, string>> {
  const resolved = resolveEnvironment(project, 'dev', addresses, () => '');
  return exportValues(
    resolved,
    new Map(variablesFor(project, 'dev').map((variable) => [variable.name, variable])),
  );
}

function exportValues(
  environment: Readonly<Record<string, string | Secret>>,
  variables: ReadonlyMap<string, Variable>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const variable = variables.get(name);
      if (!(value instanceof Secret)) return [name, escapeText(value)];
      // The address of a service of this file is no secret; a value of one's own is.
      if (variable?.parts !== undefined) return [name, escapeText(value.reveal())];
      const made = variable?.generate === true && variable.value === undefined;
      return [name, made ? `\${${name}:-only-for-development}` : `\${${name}:?give it in .env}`];
    }),
  );
}

/** Compose reads `$` as the beginning of a variable. */
function escapeText(value: string): string {
  return value.replaceAll('$', '$$$$');
}
