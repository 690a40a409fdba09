import { readFile } from 'node:fs/promises';
import { DjdevError, type SourceLocation } from '../../errors/djdev-error.ts';
import { formatTail } from './format-tail.ts';
import { postgresEnvironment, type RestoreServer } from './restore-dump.ts';

/** A script of the team that masks data, and where the manifest names it. */
export interface MaskScript {
  readonly path: string;
  readonly location?: SourceLocation | undefined;
}

/** Reads scripts before anything is restored. Throws `DJ-DATA-SOURCE` for one that is missing. */
export async function readMasks(
  masks: readonly MaskScript[],
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  return await Promise.all(
    masks.map(async ({ path, location }) => ({
      path,
      text: await readFile(path, 'utf8').catch((cause: unknown) => {
        throw new DjdevError('DJ-DATA-SOURCE', {
          message: `${path}, which masks the data, cannot be read.`,
          hint: 'Name a file of SQL under rehearse.data.mask.',
          ...(location && { location }),
          cause,
        });
      }),
    })),
  );
}

/** Runs a mask in one transaction. Throws `DJ-DATA-MASK` with the line at which it failed. */
export async function runMask(
  server: RestoreServer,
  database: string,
  { path, text }: { readonly path: string; readonly text: string },
): Promise<void> {
  const { exitCode, stderr } = await server.engine.execToEnd(
    server.container,
    {
      command: ['psql', '-Xq1', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', '-'],
      environment: postgresEnvironment(server, database),
      input: text,
    },
    server.signal,
  );
  if (exitCode === 0) return;
  const [, line, said] = /:(\d+): ERROR: +(.*)/u.exec(stderr) ?? [];
  throw new DjdevError('DJ-DATA-MASK', {
    message: `The mask failed, so the data was not kept: ${said ?? formatTail(stderr).at(-1) ?? 'psql did not say why'}.`,
    hint: 'Mend the script; it runs in one transaction, after the restore.',
    location: { file: path, ...(line !== undefined && { line: Number(line) }) },
    output: formatTail(stderr),
  });
}
