import { createHash } from 'node:crypto';
import { cloneDatabase, quoteName } from '../data/golden-template.ts';
import type { PostgresQuery } from '../postgres-session.ts';
import { quoteText } from '../synthetic/quote-text.ts';
import {
  type DatabaseServer,
  exchangeDatabase,
  whileAlone,
  withServerSession,
} from './exchange-database.ts';

/** What a database belongs to, as its comment remembers it. */
export interface BranchFacts {
  readonly branch: string;
  /** Digest of the branch's migration files. */
  readonly migrations: string;
}

/** What became of the application's database. */
export type BranchChange =
  | { readonly action: 'kept' }
  /** It goes on as this branch's, and a copy of it waits for the branch it was for. */
  | { readonly action: 'copied'; readonly from: string }
  /** The database that this branch had before is in its place again. */
  | { readonly action: 'exchanged'; readonly from: string };

/**
 * Sees to it that the application's database is the one of a branch. Branches with the same
 * migrations share one; the first time a branch has others, it begins with a copy.
 */
export async function followBranch(
  server: DatabaseServer,
  now: BranchFacts,
): Promise<BranchChange> {
  const { database } = server.address;
  return await withServerSession(server, async (query): Promise<BranchChange> => {
    const before = await readFacts(query, database);
    if (before === undefined || before.branch === now.branch) {
      await writeFacts(query, database, now);
      return { action: 'kept' };
    }
    if (before.migrations === now.migrations) return { action: 'kept' };
    const own = branchDatabase(database, now.branch);
    const others = branchDatabase(database, before.branch);
    if ((await readFacts(query, own)) === undefined) {
      await dropBranch(query, others);
      await whileAlone(server, [database], () => cloneDatabase(query, database, others));
      await writeFacts(query, others, before);
      await seal(query, others);
      await writeFacts(query, database, now);
      return { action: 'copied', from: before.branch };
    }
    await query(`ALTER DATABASE ${quoteName(own)} WITH ALLOW_CONNECTIONS true IS_TEMPLATE false`);
    await exchangeDatabase(server, own, {
      name: others,
      comment: quoteText(JSON.stringify(before)),
    });
    await writeFacts(query, database, now);
    return { action: 'exchanged', from: before.branch };
  });
}

/** A name that any branch can have; two databases of one server do not meet. */
function branchDatabase(database: string, branch: string): string {
  const digest = createHash('sha256').update(`${database}\0${branch}`).digest('hex');
  return `djdev_branch_${digest.slice(0, 16)}`;
}

async function readFacts(query: PostgresQuery, name: string): Promise<BranchFacts | undefined> {
  const [row] = await query(
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
    [name],
  );
  const comment = row?.['comment'];
  if (typeof comment !== 'string' || !comment.startsWith('{"branch"')) return undefined;
  return JSON.parse(comment) as BranchFacts;
}

async function writeFacts(
  query: PostgresQuery,
  name: string,
  { branch, migrations }: BranchFacts,
): Promise<void> {
  const comment = quoteText(JSON.stringify({ branch, migrations }));
  await query(`COMMENT ON DATABASE ${quoteName(name)} IS ${comment}`);
}

async function seal(query: PostgresQuery, name: string): Promise<void> {
  await query(`ALTER DATABASE ${quoteName(name)} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
}

/** What an attempt that was cut off has left. */
async function dropBranch(query: PostgresQuery, name: string): Promise<void> {
  const [row] = await query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (row === undefined) return;
  await query(`ALTER DATABASE ${quoteName(name)} IS_TEMPLATE false`);
  await query(`DROP DATABASE ${quoteName(name)} WITH (FORCE)`);
}
