import { databasePart } from '../project/database-variables.ts';
import type { EnvironmentRead } from '../project/find-environment-reads.ts';
import type { InitFacts } from './init-facts.ts';

/** Which part of which database's address a variable holds. */
export interface DatabaseVariable {
  readonly name: string;
  readonly part: NonNullable<ReturnType<typeof databasePart>>;
  /** What stands before the usual name: `REPORTS` of REPORTS_DATABASE_URL; empty for none. */
  readonly prefix: string;
  readonly read: EnvironmentRead;
}

const prefixed =
  /^(?<prefix>[A-Z0-9]+(?:_[A-Z0-9]+)*?)_(?<usual>(?:DATABASE|POSTGRES(?:QL)?|DB|PG|SQL)_?[A-Z_]+)$/u;

/** A replica has the data of the database that it follows. */
const replica = /REPLICA|READ|FOLLOWER|SLAVE|SECONDARY/u;

/** Whether a name is that of the URL of a database, with or without something before it. */
export function isDatabaseName(name: string): boolean {
  return databasePart(prefixed.exec(name)?.groups?.['usual'] ?? name) === 'url';
}

/**
 * Variables of databases that djdev does not know by their names alone, in the order of the
 * settings: the first stands for the project's own where no usual name does.
 */
export function findDatabaseVariables({ reads, sources }: InitFacts): {
  readonly own: readonly DatabaseVariable[];
  /** By what stands before the usual name. */
  readonly others: ReadonlyMap<string, readonly DatabaseVariable[]>;
} {
  const files = new Set(sources.settings.map(({ path }) => path));
  const inSettings = reads.filter(({ file }) => files.has(file));
  const hasUsual = inSettings.some(({ name }) => databasePart(name) !== undefined);
  const found = inSettings.flatMap((read) => {
    const variable = readName(read);
    return variable === undefined ? [] : [variable];
  });
  const unique = found.filter((one, at) => found.findIndex(({ name }) => name === one.name) === at);
  const first = hasUsual ? undefined : unique.find(({ prefix }) => !replica.test(prefix))?.prefix;
  const own = unique.filter(({ prefix }) => prefix === first || replica.test(prefix));
  const others = new Map<string, DatabaseVariable[]>();
  for (const variable of unique) {
    if (own.includes(variable)) continue;
    others.set(variable.prefix, [...(others.get(variable.prefix) ?? []), variable]);
  }
  return { own, others };
}

function readName(read: EnvironmentRead): DatabaseVariable | undefined {
  const { name, kind } = read;
  if (databasePart(name) !== undefined) return undefined;
  const { prefix = '', usual = '' } = prefixed.exec(name)?.groups ?? {};
  const part = databasePart(usual);
  if (part !== undefined) return { name, part, prefix, read };
  return kind === 'database' ? { name, part: 'url', prefix: name, read } : undefined;
}
