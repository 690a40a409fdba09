import type { RestoreServer } from '../../database/data/restore-dump.ts';
import {
  type DatabaseServer,
  withServerSession,
} from '../../database/snapshot/exchange-database.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { readGitBranch } from '../../project/git-branch.ts';
import type { Project } from '../../project/project.ts';
import { formatCount } from '../../report/formats/quantity.ts';
import type { Stack } from '../../stack/open-stack.ts';
import { findStack } from '../../stack/find-stack.ts';
import { startServices } from '../../stack/start-services.ts';
import type { Invocation } from '../command.ts';
import {
  openInvocationStack,
  openStackCommand,
  type StackCommand,
} from '../stack/open-stack-command.ts';

/** What a command about the development database works with. */
export interface DatabaseCommand extends AsyncDisposable {
  readonly command: StackCommand;
  readonly project: Project;
  readonly server: DatabaseServer;
  /** The same server by its container. */
  readonly container: RestoreServer;
  /** Branch of the checkout. */
  readonly branch: string | undefined;
  /** A line for people, on stderr. */
  readonly say: (text: string) => void;
}

/**
 * Opens the development database of the checkout; Postgres is started if it does not run. Throws
 * `DJ-USAGE` for a project without one.
 */
export async function openDatabaseCommand(invocation: Invocation): Promise<DatabaseCommand> {
  const { options, io } = invocation;
  const command = await openStackCommand(invocation);
  try {
    const { context, engine, project } = command;
    const stack = await openInvocationStack(invocation, project);
    const { postgres, address, containerId } = await startPostgres(command, stack);
    const { signal, clock } = context;
    const say = (text: string): void => {
      if (options.quiet !== true) io.stderr.write(`${text}\n`);
    };
    const onEnded = (count: number): void =>
      say(`Ended ${formatCount(count, 'session')} of the application: it connects again.`);
    const server: DatabaseServer = { address, signal, clock, onEnded };
    const { user, password, image } = postgres;
    return {
      command,
      project,
      server,
      container: {
        engine,
        clock,
        signal,
        container: containerId,
        user,
        password,
        image,
        majorVersion: await readMajorVersion(server),
      },
      branch: await readGitBranch(project.root),
      say,
      [Symbol.asyncDispose]: () => command[Symbol.asyncDispose](),
    };
  } catch (error) {
    await command[Symbol.asyncDispose]();
    throw error;
  }
}

async function startPostgres({ context, engine, project }: StackCommand, stack: Stack) {
  const { postgres } = stack;
  if (postgres === undefined) {
    throw new DjdevError('DJ-USAGE', {
      message: `${project.name} has no Postgres among its services.`,
      hint: 'Declare it in djdev.yaml: services: { postgres: {} }.',
    });
  }
  const found = await findStack(engine, project.id, context.signal);
  const services = project.services.filter(({ name }) => name === postgres.service);
  const { containers, database } = await startServices(context, stack, found, services);
  const [container] = containers;
  if (database === undefined || container === undefined) throw new Error('Postgres has no port.');
  return { postgres, address: database, containerId: container.id };
}

async function readMajorVersion(server: DatabaseServer): Promise<number> {
  const [row] = await withServerSession(server, (query) =>
    query(`SELECT current_setting('server_version_num')::int AS number`),
  );
  return Math.floor(Number(row?.['number']) / 10_000);
}
