import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Context } from '../context/context.ts';
import {
  type ScratchPostgresPlan,
  planScratchPostgres,
} from '../database/plan-scratch-postgres.ts';
import { buildCacheDirectory } from '../engine/build/inputs/cache-directory.ts';
import type { EnvironmentValues } from '../engine/engine.ts';
import type { Project } from '../project/project.ts';
import {
  resolveEnvironment,
  resolveServiceEnvironments,
  type ServiceAddress,
} from '../project/resolve-environment.ts';
import { planService, type ServicePlan } from '../stack/plan-service.ts';
import { Secret } from '../project/secret.ts';
import type { RehearsalRun } from './run.ts';

/** Role of the container that only asks Django questions: never kept. */
export const runnerRole = 'runner';

/** A run whose services have their addresses, though none of them is started. */
export interface OpenedRun {
  readonly run: RehearsalRun;
  readonly postgres: ScratchPostgresPlan | undefined;
  /** The services beside Postgres. */
  readonly services: readonly PlannedService[];
  /** The application's environment with another database of the same server. */
  readonly environmentOn: (database: string) => EnvironmentValues;
}

/** A service with its declared variables, in which the addresses of others are filled in. */
export interface PlannedService extends ServicePlan {
  readonly environment: EnvironmentValues;
}

/** Bytes of randomness in a generated value: enough for a SECRET_KEY that Django takes as strong. */
const generatedBytes = 48;

/**
 * Names, labels, addresses and environment of one rehearsal. Makes nothing on the engine yet.
 * Throws `DJ-MANIFEST-INVALID` when a variable needs a service that does not exist, and
 * `DJ-ENV-MISSING` when a service's variable has no value.
 */
export function openRun(project: Project, context: Context, keep: boolean): OpenedRun {
  const definition = project.services.find(({ kind }) => kind === 'postgres');
  const postgres = definition && planScratchPostgres(definition, project.name);
  const plans = project.services.filter((service) => service !== definition).map(planService);
  const addresses: Record<string, ServiceAddress> = {};
  if (postgres) addresses[postgres.service] = { ...postgres, name: postgres.database };
  for (const { service, address } of plans) addresses[service.name] = address;
  const environments = resolveServiceEnvironments(project.services, addresses);
  const environmentOf = ({ name }: { readonly name: string }): EnvironmentValues =>
    environments[name] ?? {};
  const generated = new Map<string, string>();
  const generate = (name: string): string => {
    const value = generated.get(name) ?? randomBytes(generatedBytes).toString('base64url');
    generated.set(name, value);
    return value;
  };
  const environmentOn = (database: string): EnvironmentValues =>
    resolveEnvironment(project, 'prod', renameDatabase(addresses, postgres, database), generate);
  const prefix = `djdev-${project.id}-${context.session}`;
  return {
    postgres: postgres && { ...postgres, environment: environmentOf(definition) },
    environmentOn,
    services: plans.map((plan) => ({ ...plan, environment: environmentOf(plan.service) })),
    run: {
      project,
      context,
      keep,
      environment: resolveEnvironment(project, 'prod', addresses, generate),
      network: prefix,
      nameFor: (role) => `${prefix}-${role}`,
      ownership: (role) => ({
        project: project.name,
        session: context.session,
        role,
        worktree: project.id,
        persistent: keep && role !== runnerRole,
      }),
      cacheDirectory: path.dirname(buildCacheDirectory(process.env)),
    },
  };
}

/** The same addresses, that of Postgres with the name of another database. */
function renameDatabase(
  addresses: Readonly<Record<string, ServiceAddress>>,
  postgres: ScratchPostgresPlan | undefined,
  name: string,
): Readonly<Record<string, ServiceAddress>> {
  const address = postgres && addresses[postgres.service];
  if (postgres === undefined || address === undefined) return addresses;
  const url = new URL(address.url.reveal());
  url.pathname = `/${name}`;
  return { ...addresses, [postgres.service]: { ...address, name, url: new Secret(url.href) } };
}
