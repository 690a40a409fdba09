import type { EnvironmentSources } from './environment-sources.ts';
import type { Manifest } from './manifest.ts';
import type { Origin, ServiceDefinition, ServiceVariable } from './project.ts';
import { readTemplate } from './read-template.ts';
import { looksSecret } from './secret-name.ts';

interface ServiceVariableOptions {
  readonly manifest: Manifest;
  readonly lookup: EnvironmentSources['lookup'];
}

/** The services with their variables, which may refer to each other; problems are noted. */
export function readServiceVariables(
  services: readonly ServiceDefinition[],
  options: ServiceVariableOptions,
): readonly ServiceDefinition[] {
  return services.map((service) => {
    const entry = options.manifest.content.services?.[service.name];
    const declared = entry === false ? undefined : entry?.env;
    if (declared === undefined) return service;
    const variables = Object.entries(declared).map(([name, value]) =>
      readVariable({ service: service.name, name, value }, services, options),
    );
    return { ...service, variables };
  });
}

interface DeclaredVariable {
  readonly service: string;
  readonly name: string;
  readonly value: string | number | boolean | null;
}

function readVariable(
  { service, name, value }: DeclaredVariable,
  services: readonly ServiceDefinition[],
  { manifest, lookup }: ServiceVariableOptions,
): ServiceVariable {
  const keys = ['services', service, 'env', name];
  const origin = manifest.originOf(keys) ?? nowhere;
  const required = true;
  if (value === null) {
    const found = lookup(name);
    if (found === undefined) return { name, value: undefined, required, origin };
    return { name, value: found.value, required, origin: found.origin };
  }
  const text = manifest.sourceText(keys) ?? String(value);
  const secret = looksSecret(name, text) && !text.includes('${') ? true : undefined;
  const read = readTemplate(text, { lookup, services, secret });
  for (const problem of read.problems) manifest.report(keys, problem.message, problem.hint);
  return {
    name,
    value: read.value,
    ...(read.parts ? { parts: read.parts } : {}),
    required,
    origin:
      read.missing === undefined ? origin : { ...origin, text: `${origin.text}: ${read.missing}` },
  };
}

const nowhere: Origin = { kind: 'manifest', text: 'services' };
