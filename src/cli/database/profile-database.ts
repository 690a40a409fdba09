import { readDatabaseUrl } from '../../database/data/dump-from-url.ts';
import { formatTail } from '../../database/data/format-tail.ts';
import type { RestoreServer } from '../../database/data/restore-dump.ts';
import { withPostgresSession } from '../../database/postgres-session.ts';
import { profileStatement } from '../../database/synthetic/take-profile.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { Secret } from '../../project/secret.ts';
import type { Invocation } from '../command.ts';
import { openDatabaseCommand } from './open-database-command.ts';

/**
 * `djdev db profile`: row counts, null fractions, distinct counts and widths as JSON, of the
 * development database or of the one whose URL a variable holds.
 */
export async function runProfile(invocation: Invocation): Promise<number> {
  const { io, options, args, redactor } = invocation;
  if (args.length > 0) {
    throw new DjdevError('DJ-USAGE', { message: `There is no use for ${args.join(' ')}.` });
  }
  const variable = options.urlFrom;
  const url = variable === undefined ? undefined : io.environment[variable];
  if (variable !== undefined && (url === undefined || url === '')) {
    throw new DjdevError('DJ-ENV-MISSING', {
      message: `--url-from names ${variable}, and nothing gives it a value.`,
      hint: `Set it in the shell: ${variable}=postgres://… djdev db profile --url-from ${variable}`,
    });
  }
  if (url !== undefined) redactor.learn([url]);
  await using opened = await openDatabaseCommand(invocation);
  const { server, container } = opened;
  const profile =
    variable === undefined || url === undefined
      ? await withPostgresSession(server.address, server.signal, async (query) => {
          await query('ANALYZE');
          const [row] = await query(profileStatement);
          return String(row?.['profile']);
        })
      : await profileRemote(container, { variable, url: new Secret(url) });
  const indented: unknown = JSON.parse(profile);
  io.stdout.write(`${JSON.stringify(indented, null, options.json === true ? 0 : 2)}\n`);
  return 0;
}

/** By the `psql` in the container, in a session that can only read. Throws `DJ-DATA-SOURCE`. */
async function profileRemote(
  { engine, container, signal }: RestoreServer,
  remote: { readonly variable: string; readonly url: Secret },
): Promise<string> {
  const { exitCode, stdout, stderr } = await engine.execToEnd(
    container,
    {
      command: ['psql', '-XAtw', '-v', 'ON_ERROR_STOP=1', '-f', '-'],
      environment: readDatabaseUrl(remote),
      input: profileStatement,
    },
    signal,
  );
  if (exitCode === 0) return stdout;
  const output = formatTail(stderr);
  throw new DjdevError('DJ-DATA-SOURCE', {
    message: `The database of ${remote.variable} could not be read: ${output.at(-1) ?? 'psql did not say why'}.`,
    hint: 'It is read from a container: localhost there is not this machine.',
    output,
  });
}
