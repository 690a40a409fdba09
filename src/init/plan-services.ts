import { derivePostgres } from '../project/derive-database.ts';
import { findDatabaseVariables } from './database-names.ts';
import type { ImportedCompose } from './import-compose.ts';
import type { ImportedService } from './import-service.ts';
import { installs } from './find-dependencies.ts';
import type { InitFacts } from './init-facts.ts';
import { quote } from './render-manifest.ts';

/** A service of the manifest: YAML of its mapping, or `false`, and why it is there. */
export interface PlannedService {
  readonly name: string;
  readonly value: string;
  readonly why: string;
  /** As other containers know it where the project was written. */
  readonly host?: string;
}

const postgresWords =
  /postgres|postgis|psycopg|DATABASE_URL|dj_database_url|\benv\.(?:db|dj_db_url)\b|(?:DB|SQL|DATABASE)_ENGINE/u;

/** Services of the Compose file, and those that the requirements and the settings call for. */
export function planServices(
  facts: InitFacts,
  { services: imported }: ImportedCompose,
  composeName: string,
): readonly PlannedService[] {
  const planned = new Map<string, PlannedService>();
  for (const service of imported) {
    planned.set(service.name, {
      name: service.name,
      value: describeService(service),
      why: composeName,
      host: service.host,
    });
  }
  const postgres = decidePostgres(facts, planned.has('postgres'));
  if (postgres !== undefined) planned.set('postgres', postgres);
  if (!planned.has('redis') && !hasRedis(imported)) {
    const redis = findRedis(facts);
    if (redis !== undefined) planned.set('redis', { name: 'redis', value: '{}', why: redis });
  }
  for (const [prefix, [variable]] of findDatabaseVariables(facts).others) {
    const name = `${prefix.toLowerCase().replaceAll('_', '-')}-database`;
    if (variable === undefined || planned.get('postgres')?.value === 'false') continue;
    const { file, line } = variable.read;
    planned.set(name, { name, value: secondDatabase, why: `${file}:${line}` });
  }
  return [...planned.values()];
}

/** The password is nobody's secret: the server is reached from this project's network alone. */
const secondDatabase =
  '{ image: "postgres:17", env: { POSTGRES_USER: app, POSTGRES_PASSWORD: throw-away, POSTGRES_DB: app }, ports: [5432] }';

/** Another entry for Postgres than the one at hand; `undefined`: that one, or none, is right. */
function decidePostgres(facts: InitFacts, isImported: boolean): PlannedService | undefined {
  const derived = derivePostgres(facts.sources, facts.root);
  const sqlite = usesSqlite(facts);
  if (sqlite !== undefined) {
    return derived.value || isImported
      ? { name: 'postgres', value: 'false', why: `${sqlite}: SQLite` }
      : undefined;
  }
  if (isImported || !derived.value) return undefined;
  const hasSettings = facts.sources.settings.some(({ text }) => postgresWords.test(text));
  if (facts.sources.requirements.length === 0 && !hasSettings) return undefined;
  return { name: 'postgres', value: '{}', why: derived.origin.text };
}

/** The settings file that knows no database but SQLite, if that is so. */
export function usesSqlite(facts: InitFacts): string | undefined {
  const { sources, reads, dependencies, root } = facts;
  const sqlite = sources.settings.find(({ text }) => /sqlite/u.test(withoutComments(text)))?.path;
  const hasOtherDriver = /mysqlclient|pymysql|mariadb|oracledb|mssql/iu.test(dependencies.text);
  // Without a driver for another database the default holds, whatever else the settings could take.
  if (dependencies.kind !== 'none' && !hasOtherDriver && !derivePostgres(sources, root).value)
    return sqlite;
  const names = new Set(sources.settings.map(({ path }) => path));
  const own = reads.filter(({ file }) => names.has(file)).map(({ name }) => name);
  const isOther = (text: string): boolean =>
    postgresWords.test(text) || /mysql|oracle|mssql/u.test(text);
  if (sources.settings.some(({ text }) => isOther(withoutComments(text)))) return undefined;
  if (
    own.some(
      (name) =>
        /(?:^|_)(?:DATABASE|DB|POSTGRES)(?:_|$)/u.test(name) && !/PATH|FILE|SQLITE/u.test(name),
    )
  ) {
    return undefined;
  }
  return sources.settings.find(({ text }) => /django\.db\.backends\.sqlite3/u.test(text))?.path;
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*$/gmu, '');
}

function hasRedis(imported: readonly ImportedService[]): boolean {
  return imported.some(({ known }) => known === 'redis');
}

/** Redis is wanted where its client is installed and the code has an address of one. */
function findRedis({ dependencies, sources, reads }: InitFacts): string | undefined {
  const client = [
    'django-redis',
    'channels-redis',
    'django-rq',
    'redis',
    'django-cacheops',
    'valkey',
  ].find((name) => installs(dependencies, name));
  const extra = /celery\s*\[[^\]]*redis/iu.test(dependencies.text);
  if (client === undefined && !extra) return undefined;
  const isNamed =
    reads.some(({ name }) => /REDIS|BROKER|CACHE/u.test(name)) ||
    sources.settings.some(({ text }) => /redis/iu.test(text));
  return isNamed ? `${dependencies.file}: ${client ?? 'celery[redis]'}` : undefined;
}

function describeService({
  known,
  name,
  image,
  environment,
  command,
  ports,
  volumes,
  host,
}: ImportedService): string {
  const keys: string[] = [];
  const tag = /:([\w.-]+)$/u.exec(image)?.[1];
  const isOfficial = /^(?:docker\.io\/)?(?:library\/)?(?:postgres|redis)(?::|$)/u.test(image);
  const bitnami = /bitnami\/(?:postgresql|redis)/u.test(image);
  if (known !== undefined && (isOfficial || bitnami)) {
    const version = bitnami ? /^\d+/u.exec(tag ?? '')?.[0] : tag;
    if (version !== undefined && version !== 'latest')
      keys.push(`version: ${JSON.stringify(version)}`);
  } else {
    keys.push(`image: ${quote(image)}`);
  }
  if (known === undefined) {
    const env = Object.entries(environment).filter(([, value]) => !/\$\{[^}]*\$\{/u.test(value));
    if (env.length > 0)
      keys.push(`env: { ${env.map(([key, value]) => `${key}: ${inFlow(value)}`).join(', ')} }`);
    if (command !== undefined && !command.includes('$')) keys.push(`command: ${inFlow(command)}`);
    if (ports.length > 0) keys.push(`ports: [${ports.join(', ')}]`);
    if (volumes.length > 0)
      keys.push(`volumes: [${volumes.map((volume) => JSON.stringify(volume)).join(', ')}]`);
  }
  if (host !== name) keys.push(`aliases: [${inFlow(host)}]`);
  return keys.length === 0 ? '{}' : `{ ${keys.join(', ')} }`;
}

/** Inside braces a template wants quotes. */
function inFlow(value: string): string {
  return value.includes('$') ? JSON.stringify(value) : quote(value);
}
