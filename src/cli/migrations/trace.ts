import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError } from '../../errors/djdev-error.ts';
import { traceScript } from '../../migrations/trace/trace-script.ts';
import type { ServiceDefinition } from '../../project/project.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { openScratchPostgres } from './open-scratch-postgres.ts';
import { printMigrations } from './print-migrations.ts';

/** Outside of a project. */
const usualService: ServiceDefinition = {
  name: 'postgres',
  kind: 'postgres',
  image: 'postgres:17',
};

/** `djdev migrations trace`: a script of SQL under observation, on a Postgres of its own. */
export async function runTrace(invocation: Invocation): Promise<number> {
  const { options, io, signal } = invocation;
  if (options.sql === undefined) {
    throw new DjdevError('DJ-USAGE', {
      message: 'djdev migrations trace needs a script.',
      hint: 'djdev migrations trace --sql FILE [--setup FILE] [--atomic]',
    });
  }
  const script = await readScript(io.cwd, options.sql);
  const setup = options.setup === undefined ? undefined : await readScript(io.cwd, options.setup);
  const { project, service } = await findSurroundings(invocation);
  await using run = await openScratchPostgres(invocation, project, service);
  const report = await traceScript({ clock: run.context.clock, signal }, run.postgres.address, {
    ...script,
    ...(setup && { setup }),
    atomic: options.atomic ?? false,
  });
  return printMigrations(report, invocation, 'migrations trace');
}

async function readScript(
  cwd: string,
  file: string,
): Promise<{ readonly file: string; readonly script: string }> {
  try {
    return { file, script: await readFile(path.resolve(cwd, file), 'utf8') };
  } catch (cause) {
    throw new DjdevError('DJ-USAGE', {
      message: `The script ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Name a file of SQL, relative to the working directory.',
      cause,
    });
  }
}

/** The project's own Postgres where there is a project; a script needs none. */
async function findSurroundings(invocation: Invocation): Promise<{
  readonly project: { readonly name: string; readonly id: string };
  readonly service: ServiceDefinition;
}> {
  const alone = { project: { name: 'djdev', id: 'trace' }, service: usualService };
  try {
    const project = await loadInvocationProject(invocation);
    const service = project.services.find(({ kind }) => kind === 'postgres');
    return service ? { project, service } : alone;
  } catch (error) {
    if (error instanceof DjdevError && error.code === 'DJ-PROJECT-NOT-FOUND') return alone;
    throw error;
  }
}
