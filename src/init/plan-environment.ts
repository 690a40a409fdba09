import { databasePart, isDatabaseSwitch } from '../project/database-variables.ts';
import { deriveVariables } from '../project/derive-variables.ts';
import type { EnvironmentRead } from '../project/find-environment-reads.ts';
import { looksSecret } from '../project/secret-name.ts';
import type { Compose } from './choose-compose.ts';
import { findDatabaseVariables } from './database-names.ts';
import { findSwitches } from './find-switches.ts';
import type { ImportedCompose } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import { madeUpValue } from './made-up-value.ts';
import type { PlannedService } from './plan-services.ts';
import type { PlannedSettings } from './plan-settings.ts';
import { type ManifestParts, quote } from './render-manifest.ts';

type Entry = ManifestParts['environment'][number];

export interface PlannedEnvironment {
  readonly entries: readonly Entry[];
  /** Variables that got a value which somebody has to know of. */
  readonly madeUp: readonly { readonly name: string; readonly why: string }[];
}

interface EnvironmentSources {
  readonly imported: ImportedCompose;
  readonly services: readonly PlannedService[];
  readonly settings: PlannedSettings;
  readonly compose: Compose | undefined;
  /** The commands of all processes, and the scripts that they start. */
  readonly startText: string;
}

/** The reads in the settings that are used, the first of each name. */
function settingsReads(
  { reads }: InitFacts,
  { files }: Pick<PlannedSettings, 'files'>,
): readonly EnvironmentRead[] {
  const paths = new Set(files.map(({ path }) => path));
  const own = reads.filter(({ file }) => paths.has(file));
  return own.filter((read, at) => own.findIndex(({ name }) => name === read.name) === at);
}

/** The variables that the settings do not do without, in the order of the files. */
export function demandedBy(
  facts: InitFacts,
  settings: Pick<PlannedSettings, 'files'>,
): readonly EnvironmentRead[] {
  const paths = new Set(settings.files.map(({ path }) => path));
  const strict = facts.reads.filter(({ file, hasDefault }) => paths.has(file) && !hasDefault);
  return strict.filter((read, at) => strict.findIndex(({ name }) => name === read.name) === at);
}

/** What the application gets: imported values, addresses of services, and what was made up. */
export function planEnvironment(facts: InitFacts, sources: EnvironmentSources): PlannedEnvironment {
  const { imported, services, settings, compose, startText } = sources;
  const entries = new Map<string, Entry>();
  const add = (entry: Entry): void => {
    if (!entries.has(entry.name)) entries.set(entry.name, entry);
  };
  const hasPostgres = services.some(({ name, value }) => name === 'postgres' && value !== 'false');
  const known = hasPostgres
    ? [{ name: 'postgres', kind: 'postgres', image: 'postgres' } as const]
    : [];
  const derived = deriveVariables(facts.sources, [], known, facts.root).values;
  const isSettled = (name: string): boolean =>
    derived.has(name) ||
    (hasPostgres && (databasePart(name) !== undefined || isDatabaseSwitch(name)));
  if (hasPostgres) {
    addDatabases(facts, add);
    for (const name of namesIn(startText, facts)) {
      const part = databasePart(name);
      if (part === undefined || derived.has(name)) continue;
      add({ name, value: `\${services.postgres.${part}}`, why: 'the start scripts want it' });
    }
  }
  for (const entry of findSwitches(facts, settings)) add(entry);
  addImported(imported, compose, isSettled, add);
  if (services.some(({ name }) => name === 'redis')) {
    for (const entry of planRedis(facts, settings)) if (!isSettled(entry.name)) add(entry);
  }
  const madeUp: { name: string; why: string }[] = [];
  for (const read of demandedBy(facts, settings)) {
    const { name, file, line } = read;
    if (entries.has(name) || isSettled(name)) continue;
    const example = facts.examples.get(name);
    if (
      example !== undefined &&
      !looksSecret(name, example.value) &&
      !example.value.includes('$')
    ) {
      add({ name, value: quote(`\${${name}:-${example.value}}`), why: example.place });
      continue;
    }
    madeUp.push({ name, why: `${file}:${line}` });
    add({ name, value: makeUp(read), why: `made up; ${file}:${line} wants it` });
  }
  return { entries: [...entries.values()], madeUp };
}

/** A value of `.env` or the shell wins over one that was made up. */
function makeUp(read: EnvironmentRead): string {
  const value = madeUpValue(read);
  return value === undefined ? '{ generate: true }' : quote(`\${${read.name}:-${value}}`);
}

/** Variables of the shell in what starts the processes, and those that code beside the settings reads. */
function namesIn(startText: string, { reads }: InitFacts): readonly string[] {
  const shell = [...startText.matchAll(/\$\{?([A-Z][A-Z0-9_]+)\b/gu)].map(([, name = '']) => name);
  return [...new Set([...shell, ...reads.map(({ name }) => name)])];
}

function addDatabases(facts: InitFacts, add: (entry: Entry) => void): void {
  const { own, others } = findDatabaseVariables(facts);
  for (const { name, part, read } of own) {
    add({ name, value: `\${services.postgres.${part}}`, why: `${read.file}:${read.line}` });
  }
  for (const [prefix, variables] of others) {
    const service = `${prefix.toLowerCase().replaceAll('_', '-')}-database`;
    const values = {
      url: quote(`postgres://app:throw-away@\${services.${service}.host}:5432/app`),
      host: `\${services.${service}.host}`,
      port: '"5432"',
      user: 'app',
      password: 'throw-away',
      name: 'app',
    };
    for (const { name, part, read } of variables) {
      add({ name, value: values[part], why: `${read.file}:${read.line}` });
    }
  }
}

/** What the Compose file gives the application; a file of development speaks for that alone. */
function addImported(
  { environment }: ImportedCompose,
  compose: Compose | undefined,
  isSettled: (name: string) => boolean,
  add: (entry: Entry) => void,
): void {
  for (const [name, value] of Object.entries(environment)) {
    const isTemplate = /\$\{services\./u.test(value);
    const isNested = /\$\{[^}]*\$\{|\$(?!\{)/u.test(value);
    if (value === '' || isSettled(name) || isNested || name === 'DJANGO_SETTINGS_MODULE') continue;
    if (looksSecret(name, value) && !isTemplate) continue;
    const why = compose?.path ?? '';
    if (isTemplate || compose?.isDevelopment !== true) add({ name, value: quote(value), why });
    else add({ name, value: `{ dev: ${JSON.stringify(value)}, required: false }`, why });
  }
}

/** Variables that hold where Redis is, also those with a default: that names another machine. */
function planRedis(facts: InitFacts, settings: PlannedSettings): readonly Entry[] {
  return settingsReads(facts, settings).flatMap(
    ({ name, file, line, hasDefault, written = '' }) => {
      const why = `${file}:${line}`;
      const text = /["']([^"']*)["']/u.exec(written)?.[1] ?? '';
      // A default of another kind, such as django-db:// or locmem://, is a choice.
      if (hasDefault && text !== '' && !/redis|localhost|127\.0\.0\.1|^\d+$/u.test(text)) return [];
      if (/REDIS\w*_?(?:HOST|HOSTNAME|SERVER)$/u.test(name))
        return [{ name, value: '${services.redis.host}', why }];
      if (/REDIS\w*_?PORT$/u.test(name)) return [{ name, value: '${services.redis.port}', why }];
      const database = /\/(\d+)$/u.exec(text)?.[1] ?? '0';
      const url =
        database === '0'
          ? '${services.redis.url}'
          : `redis://\${services.redis.host}:\${services.redis.port}/${database}`;
      const isUrl =
        /REDIS(?:_\w+)?_?(?:URL|URI|LOCATION|TLS_URL)$|^REDIS$|BROKER(?:_URL)?$|RESULT_BACKEND$/u.test(
          name,
        );
      const isCache =
        /CACHE\w*_?(?:URL|LOCATION)$/u.test(name) && (/redis/u.test(text) || !hasDefault);
      // Without a default a broker may be optional: eager, or in memory.
      if (isUrl || isCache) return [{ name, value: quote(url), why }];
      return [];
    },
  );
}
