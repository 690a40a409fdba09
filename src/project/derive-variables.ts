import { deriveDatabaseVariables } from './derive-database.ts';
import { deriveHostsVariable, type HostsVariable } from './derive-hosts.ts';
import { deriveSecretKey } from './derive-secret-key.ts';
import { databasePart } from './database-variables.ts';
import { type Derived, derive } from './derived.ts';
import type { ServiceDefinition } from './project.ts';
import type { ProjectSources } from './project-sources.ts';

/** Variables that the project's own files ask for, by name: a template, or a value made up. */
export interface DerivedVariables {
  readonly values: ReadonlyMap<string, Derived<DerivedVariable>>;
  /** The variable that ALLOWED_HOSTS is read from. */
  readonly hosts: HostsVariable | undefined;
}

export type DerivedVariable =
  | { readonly type: 'template'; readonly text: string }
  | { readonly type: 'generated' };

const usualVariable = derive(
  '${services.postgres.url}',
  'the usual name; no settings file names another',
);

/** Enough for Django to answer requests of the machine itself. */
const localHosts = ['localhost', '127.0.0.1', '.localhost'] as const;

/** `declared` are the names that the manifest gives the application itself. */
export function deriveVariables(
  sources: ProjectSources,
  declared: readonly string[],
  services: readonly ServiceDefinition[],
  root: string,
): DerivedVariables {
  const values = new Map<string, Derived<DerivedVariable>>();
  if (services.some((service) => service.name === 'postgres')) {
    const database = deriveDatabaseVariables(sources, root);
    const hasOwn = declared.some((name) => databasePart(name) !== undefined);
    if (database.size === 0 && !hasOwn) database.set('DATABASE_URL', usualVariable);
    for (const [name, { value, origin }] of database) {
      values.set(name, { value: { type: 'template', text: value }, origin });
    }
  }
  const secretKey = deriveSecretKey(sources, root);
  if (secretKey) {
    values.set(secretKey.value, { value: { type: 'generated' }, origin: secretKey.origin });
  }
  const hosts = deriveHostsVariable(sources, root);
  if (hosts) {
    const text = localHosts.join(hosts.value.separator);
    values.set(hosts.value.name, { value: { type: 'template', text }, origin: hosts.origin });
  }
  return { values, hosts: hosts?.value };
}
