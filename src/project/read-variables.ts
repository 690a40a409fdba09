import { databasePart, isPostgresUrl } from './database-variables.ts';
import type { Derived } from './derived.ts';
import type { DerivedVariable, DerivedVariables } from './derive-variables.ts';
import type { EnvironmentValue } from './env-file.ts';
import type { EnvironmentSources } from './environment-sources.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestContent } from './manifest-schema.ts';
import type { Mode, Origin, ServiceDefinition, Variable, VariableValue } from './project.ts';
import { readTemplate } from './read-template.ts';
import { looksSecret } from './secret-name.ts';

interface VariableOptions {
  readonly manifest: Manifest;
  readonly environment: EnvironmentSources;
  readonly services: readonly ServiceDefinition[];
  readonly derived: DerivedVariables;
}

type Entry = NonNullable<NonNullable<ManifestContent['app']>['env']>[string];
type Declaration = Exclude<Entry, string | number | boolean | null>;
type ValueKey = 'value' | Mode;

/**
 * The application's variables, in the order of the manifest, then of the env files, then the
 * derived ones. Each takes its value from the first of:
 *
 * 1. the manifest, where `app.env` gives one;
 * 2. the project's own Postgres, where the name is one of a database's: a database that an env
 *    file or the shell names is never reached;
 * 3. for names that `app.env` declares without a value, the shell;
 * 4. `--env-file`, then `app.env_file`, and for declared names `.env`;
 * 5. a made-up value, where the declaration says `generate`;
 * 6. for names that nothing declares, what was derived from the project's files.
 *
 * A declared name that ends without a value is required, unless it says `required: false`.
 */
export function readVariables(options: VariableOptions): readonly Variable[] {
  const declared = options.manifest.content.app?.env ?? {};
  const names = new Set([
    ...Object.keys(declared),
    ...options.environment.passed.keys(),
    ...options.derived.values.keys(),
  ]);
  return [...names].map((name) => {
    const entry = Object.hasOwn(declared, name) ? declared[name] : undefined;
    return entry === undefined
      ? readUndeclared(name, options)
      : readDeclared(name, normalise(entry), options);
  });
}

function normalise(entry: Entry): Declaration {
  if (entry === null) return {};
  return typeof entry === 'object' ? entry : { value: entry };
}

function readDeclared(name: string, entry: Declaration, options: VariableOptions): Variable {
  const base = readValue(name, entry, 'value', options);
  const modes = (['dev', 'prod'] as const).filter((mode) => entry[mode] !== undefined);
  const byMode = Object.fromEntries(
    modes.map((mode) => [mode, readValue(name, entry, mode, options)]),
  );
  const generate = entry.generate === true;
  const all: readonly VariableValue[] = [base, ...Object.values(byMode)];
  return {
    ...base,
    name,
    generate,
    secret:
      entry.secret ??
      (generate || all.some(({ value }) => value !== undefined && typeof value !== 'string')),
    ...(modes.length === 0 ? {} : { byMode }),
  };
}

function readValue(
  name: string,
  entry: Declaration,
  key: ValueKey,
  options: VariableOptions,
): VariableValue {
  const { manifest, environment } = options;
  const required = entry.required ?? entry.generate !== true;
  if (entry[key] !== undefined) return readWritten(name, entry, key, options);
  const found = environment.lookup(name);
  const own = readOwnDatabase(name, found, options);
  if (own) return { ...own, required };
  const declaredAt = manifest.originOf(['app', 'env', name]) ?? nowhere;
  if (found && !(required && found.value.reveal() === '')) {
    return { ...reveal(found, entry.secret), required };
  }
  if (entry.generate === true) return { value: undefined, required, origin: generated(declaredAt) };
  const origin = found
    ? { ...declaredAt, text: `${declaredAt.text}, empty in ${found.origin.text}` }
    : declaredAt;
  return { value: undefined, required, origin };
}

const nowhere: Origin = { kind: 'manifest', text: 'app.env' };

function generated(origin: Origin): Origin {
  return { ...origin, text: `${origin.text}, made up for each run` };
}

/** A value that stands in the manifest itself, as text or template. */
function readWritten(
  name: string,
  entry: Declaration,
  key: ValueKey,
  { manifest, environment, services }: VariableOptions,
): VariableValue {
  const keys = isScalarEntry(manifest, name) ? ['app', 'env', name] : ['app', 'env', name, key];
  const text = manifest.sourceText(keys) ?? String(entry[key]);
  const secret =
    entry.secret ?? (looksSecret(name, text) && !text.includes('${') ? true : undefined);
  const read = readTemplate(text, { lookup: environment.lookup, services, secret });
  for (const problem of read.problems) manifest.report(keys, problem.message, problem.hint);
  if (read.problems.length === 0)
    guardDatabase(name, read.parts !== undefined, keys, manifest, services);
  const origin = manifest.originOf(keys) ?? nowhere;
  const required = entry.required ?? true;
  if (read.value === undefined) {
    const text = read.missing === undefined ? origin.text : `${origin.text}: ${read.missing}`;
    return { value: undefined, required, origin: { ...origin, text } };
  }
  return { value: read.value, ...(read.parts ? { parts: read.parts } : {}), required, origin };
}

function isScalarEntry(manifest: Manifest, name: string): boolean {
  return typeof manifest.content.app?.env?.[name] !== 'object';
}

/**
 * A rehearsal migrates the database it is given. Beside services.postgres no other may be named,
 * not even through `${DATABASE_URL}` from a developer's shell.
 */
function guardDatabase(
  name: string,
  hasService: boolean,
  keys: readonly string[],
  manifest: Manifest,
  services: readonly ServiceDefinition[],
): void {
  const part = databasePart(name);
  if (part === undefined || hasService || !hasPostgres(services)) return;
  manifest.report(
    keys,
    'names a database of its own, and with services.postgres djdev gives the application one.',
    `Write ${name}: \${services.postgres.${part}}, or leave ${name} out. For a database outside ` +
      'djdev, write services: { postgres: false }.',
  );
}

function hasPostgres(services: readonly ServiceDefinition[]): boolean {
  return services.some((service) => service.name === 'postgres');
}

/**
 * The project's own Postgres in place of what `outside` says: for every name of a database's
 * address, and for every name that holds the URL of a Postgres.
 */
function readOwnDatabase(
  name: string,
  outside: EnvironmentValue | undefined,
  { services, derived }: VariableOptions,
): VariableValue | undefined {
  const isUrl = outside !== undefined && isPostgresUrl(outside.value.reveal());
  const part = databasePart(name) ?? (isUrl ? 'url' : undefined);
  if (part === undefined || !hasPostgres(services)) return undefined;
  const origin = derived.values.get(name)?.origin ?? ownDatabase;
  return {
    value: `\${services.postgres.${part}}`,
    parts: [{ service: 'postgres', part }],
    required: false,
    origin: outside ? { ...origin, text: `${origin.text}; not ${outside.origin.text}` } : origin,
  };
}

const ownDatabase: Origin = { kind: 'derived', text: 'services.postgres' };

function readUndeclared(name: string, options: VariableOptions): Variable {
  const { environment } = options;
  const passed = environment.passed.get(name);
  const own = readOwnDatabase(name, passed ?? environment.lookup(name), options);
  if (own) return { ...own, name, generate: false, secret: false };
  if (passed) {
    return { ...reveal(passed, undefined), name, required: false, generate: false, secret: true };
  }
  const derived = options.derived.values.get(name);
  const generate = derived?.value.type === 'generated';
  const value = derived
    ? readDerived(derived, options)
    : { value: undefined, required: false, origin: nowhere };
  return { ...value, name, generate, secret: generate };
}

function readDerived(
  { value, origin }: Derived<DerivedVariable>,
  { environment, services }: VariableOptions,
): VariableValue {
  if (value.type === 'generated') {
    return { value: undefined, required: false, origin: generated(origin) };
  }
  const { lookup } = environment;
  const read = readTemplate(value.text, { lookup, services, secret: undefined });
  return {
    value: read.value,
    ...(read.parts ? { parts: read.parts } : {}),
    required: false,
    origin,
  };
}

function reveal(
  { value, origin }: EnvironmentValue,
  secret: boolean | undefined,
): Pick<VariableValue, 'value' | 'origin'> {
  return { value: secret === false ? value.reveal() : value, origin };
}
