import {
  type ScratchPostgresPlan,
  planScratchPostgres,
} from '../database/plan-scratch-postgres.ts';
import type { EnvironmentValues } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { Project, ServiceDefinition } from '../project/project.ts';
import {
  missingVariables,
  resolveEnvironment,
  resolveServiceEnvironments,
  type ServiceAddress,
} from '../project/resolve-environment.ts';
import { planService, type ServicePlan } from './plan-service.ts';
import { deriveSecret, readStackSeed } from './stack-seed.ts';

/** A worktree's stack with its addresses and environment settled; nothing of it need run. */
export interface Stack {
  readonly project: Project;
  readonly postgres: ScratchPostgresPlan | undefined;
  /** The services beside Postgres. */
  readonly services: readonly ServicePlan[];
  /** The declared variables of each service that has any. */
  readonly serviceEnvironments: Readonly<Record<string, EnvironmentValues>>;
  /** The application's environment in development. */
  readonly environment: EnvironmentValues;
}

/** What development adds where the project says nothing: output at once, no stale bytecode. */
const usualEnvironment = { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' };

/**
 * Settles a stack's secrets, addresses and environment. Made-up values are the same each time for
 * one worktree. Throws `DJ-ENV-MISSING`, `DJ-STATE` and `DJ-MANIFEST-INVALID`.
 */
export async function openStack(
  project: Project,
  shell: Readonly<Record<string, string | undefined>>,
): Promise<Stack> {
  requireVariables(project);
  const seed = await readStackSeed(project.id, shell);
  const definition = project.services.find(({ kind }) => kind === 'postgres');
  const postgres = definition && planPostgres(project, definition, seed);
  const services = project.services.filter((service) => service !== definition).map(planService);
  const addresses: Record<string, ServiceAddress> = {};
  if (postgres) addresses[postgres.service] = { ...postgres, name: postgres.database };
  for (const { service, address } of services) addresses[service.name] = address;
  const generate = (name: string): string => deriveSecret(seed, `variable ${name}`);
  const environment = {
    ...usualEnvironment,
    ...resolveEnvironment(project, 'dev', addresses, generate),
  };
  const serviceEnvironments = resolveServiceEnvironments(project.services, addresses);
  return { project, postgres, services, serviceEnvironments, environment };
}

function planPostgres(
  project: Project,
  service: ServiceDefinition,
  seed: string,
): ScratchPostgresPlan {
  return planScratchPostgres(service, project.name, deriveSecret(seed, `service ${service.name}`));
}

function requireVariables(project: Project): void {
  const missing = missingVariables(project, 'dev');
  const [first] = missing;
  if (first === undefined) return;
  const names = missing.map(({ name }) => name).join(', ');
  const { location } = first.origin;
  throw new DjdevError('DJ-ENV-MISSING', {
    message: `Development needs ${names}, and nothing gives ${missing.length === 1 ? 'it a value' : 'them values'}.`,
    hint: 'Set it in .env or in the shell, give it a value under app.env, or let djdev make one up: { generate: true }.',
    ...(location === undefined ? {} : { location }),
  });
}
