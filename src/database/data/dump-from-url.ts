import { DjdevError, type SourceLocation } from '../../errors/djdev-error.ts';
import type { EnvironmentValues } from '../../engine/engine.ts';
import { Secret } from '../../project/secret.ts';
import { formatTail } from './format-tail.ts';
import type { RestoreServer } from './restore-dump.ts';

/** A server that is read, and the variable that names it. */
export interface RemoteDatabase {
  readonly variable: string;
  readonly url: Secret;
  readonly location?: SourceLocation | undefined;
}

/**
 * The dump of a database elsewhere, by the `pg_dump` in the container of `server`. The session can
 * only read; a table that is locked for long is not waited for. Throws `DJ-DATA-SOURCE` when the
 * server cannot be read; so does the iteration.
 */
export async function* dumpFromUrl(
  { engine, container, signal }: RestoreServer,
  remote: RemoteDatabase,
  excludeTableData: readonly string[],
): AsyncGenerator<Buffer> {
  const excluded = excludeTableData.map((pattern) => `--exclude-table-data=${pattern}`);
  const command = [
    'pg_dump',
    '-Fc',
    '-Z1',
    '--no-password',
    '--lock-wait-timeout=10s',
    ...excluded,
  ];
  const environment = readDatabaseUrl(remote);
  await using session = await engine.exec(container, { command, environment }, signal);
  session.stdin.end();
  const said: Buffer[] = [];
  session.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  for await (const chunk of session.stdout) yield chunk as Buffer;
  if ((await session.exited) === 0) return;
  const output = formatTail(Buffer.concat(said));
  const isNewer = output.some((line) => line.includes('server version mismatch'));
  throw new DjdevError(isNewer ? 'DJ-DUMP-VERSION' : 'DJ-DATA-SOURCE', {
    message: `The database of ${remote.variable} could not be dumped: ${output.find((line) => /error/u.test(line)) ?? 'pg_dump did not say why'}.`,
    hint: isNewer
      ? 'Use the version of production: services: { postgres: { version: "…" } }.'
      : 'It is read from a container: localhost there is not this machine, and the address has to be reachable for containers.',
    ...(remote.location && { location: remote.location }),
    output,
  });
}

/** The variables of libpq for a URL, for a session that only reads; nothing of it stands on a command line. Throws `DJ-DATA-SOURCE`. */
export function readDatabaseUrl({ variable, url, location }: RemoteDatabase): EnvironmentValues {
  const parsed = URL.parse(url.reveal());
  if (parsed === null || !/^postgres(?:ql)?:$/u.test(parsed.protocol)) {
    throw new DjdevError('DJ-DATA-SOURCE', {
      message: `${variable} does not hold the URL of a Postgres.`,
      hint: 'It has to look like postgres://user:password@host:5432/name.',
      ...(location && { location }),
    });
  }
  const sslMode = parsed.searchParams.get('sslmode');
  return {
    PGHOST: decodeURIComponent(parsed.hostname),
    PGPORT: parsed.port || '5432',
    PGUSER: decodeURIComponent(parsed.username),
    PGPASSWORD: new Secret(decodeURIComponent(parsed.password)),
    PGDATABASE: decodeURIComponent(parsed.pathname.slice(1)),
    PGAPPNAME: 'djdev',
    PGCONNECT_TIMEOUT: '15',
    PGOPTIONS: '-c default_transaction_read_only=on',
    ...(sslMode !== null && { PGSSLMODE: sslMode }),
    LC_ALL: 'C',
  };
}
