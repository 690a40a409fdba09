import { DjdevError } from '../errors/djdev-error.ts';
import type { Mode, Project, ServiceDefinition, Variable, VariableValue } from './project.ts';
import { Secret } from './secret.ts';
import type { ServiceReference } from './template.ts';

/** How containers of the run reach a service. */
export interface ServiceAddress {
  readonly url: Secret;
  /** DNS name on the run's network. */
  readonly host: string;
  /** Port on the run's network. */
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  /** Name of the database. */
  readonly name: string;
}

/** The variables as they are in one mode. */
export function variablesFor(project: Project, mode: Mode): readonly Variable[] {
  return project.variables.map((variable) => {
    const { byMode, ...base } = variable;
    const own = byMode?.[mode];
    if (own === undefined) return base;
    const { parts: _, ...plain } = base;
    return { ...plain, ...own };
  });
}

/** Required variables that nothing gives a value in this mode. */
export function missingVariables(project: Project, mode: Mode): readonly Variable[] {
  return variablesFor(project, mode).filter(
    ({ required, generate, value }) => required && !generate && value === undefined,
  );
}

/**
 * The application's whole environment: variables with their services filled in, made-up values
 * from `generate`, which is told the variable's name, and DJANGO_SETTINGS_MODULE of the mode. Variables without a value are left out.
 * Throws `DJ-MANIFEST-INVALID` when a variable needs a service that is not among `services`.
 */
export function resolveEnvironment(
  project: Project,
  mode: Mode,
  services: Readonly<Record<string, ServiceAddress>>,
  generate: (name: string) => string,
): Readonly<Record<string, string | Secret>> {
  const environment: Record<string, string | Secret> = {};
  const settings = project.settings[mode];
  if (settings !== undefined) environment['DJANGO_SETTINGS_MODULE'] = settings;
  for (const variable of variablesFor(project, mode)) {
    const value = resolveValue(variable, services);
    if (value !== undefined) environment[variable.name] = value;
    else if (variable.generate) environment[variable.name] = new Secret(generate(variable.name));
  }
  return environment;
}

/**
 * The declared environment of each service, by name. Throws `DJ-ENV-MISSING` when nothing gives one
 * of the variables a value.
 */
export function resolveServiceEnvironments(
  definitions: readonly ServiceDefinition[],
  services: Readonly<Record<string, ServiceAddress>>,
): Readonly<Record<string, Readonly<Record<string, string | Secret>>>> {
  return Object.fromEntries(
    definitions.map((service) => [service.name, resolveServiceEnvironment(service, services)]),
  );
}

function resolveServiceEnvironment(
  { name: service, variables = [] }: ServiceDefinition,
  services: Readonly<Record<string, ServiceAddress>>,
): Readonly<Record<string, string | Secret>> {
  const environment: Record<string, string | Secret> = {};
  for (const variable of variables) {
    const { name, origin } = variable;
    const value = resolveValue({ ...variable, secret: false }, services);
    if (value === undefined) {
      throw new DjdevError('DJ-ENV-MISSING', {
        message: `The service ${service} needs ${name}, and nothing gives it a value (${origin.text}).`,
        hint: `Set it in .env or in the shell, or give it a value under services.${service}.env.`,
        ...(origin.location === undefined ? {} : { location: origin.location }),
      });
    }
    environment[name] = value;
  }
  return environment;
}

function resolveValue(
  variable: VariableValue & Pick<Variable, 'name' | 'secret'>,
  services: Readonly<Record<string, ServiceAddress>>,
): string | Secret | undefined {
  if (variable.parts === undefined) return variable.value;
  const resolved = variable.parts.map((part) =>
    typeof part === 'string' || part instanceof Secret
      ? part
      : readAddress(part, variable, services),
  );
  const text = resolved.map((part) => (part instanceof Secret ? part.reveal() : part)).join('');
  const isSecret = variable.secret || resolved.some((part) => part instanceof Secret);
  return isSecret ? new Secret(text) : text;
}

function readAddress(
  { service, part }: ServiceReference,
  { name, origin }: VariableValue & { readonly name: string },
  services: Readonly<Record<string, ServiceAddress>>,
): string | Secret {
  const address = Object.hasOwn(services, service) ? services[service] : undefined;
  if (address === undefined) {
    throw new DjdevError('DJ-MANIFEST-INVALID', {
      message: `${name} needs services.${service}, and this run does not start that service.`,
      hint: `Give ${name} a value of its own for this mode: { dev: …, prod: … }.`,
      ...(origin.location === undefined ? {} : { location: origin.location }),
    });
  }
  const value = address[part];
  return typeof value === 'number' ? String(value) : value;
}
