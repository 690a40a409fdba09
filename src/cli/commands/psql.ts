import { DjdevError } from '../../errors/djdev-error.ts';
import { findStack } from '../../stack/find-stack.ts';
import { startServices } from '../../stack/start-services.ts';
import type { Invocation } from '../command.ts';
import { execAttached } from '../stack/exec-attached.ts';
import { openInvocationStack, openStackCommand } from '../stack/open-stack-command.ts';

/** `djdev psql`: a session with the application's database; Postgres starts if it must. */
export async function run(invocation: Invocation): Promise<number> {
  await using command = await openStackCommand(invocation);
  const { context, engine, project } = command;
  const stack = await openInvocationStack(invocation, project);
  const { postgres } = stack;
  if (postgres === undefined) {
    throw new DjdevError('DJ-USAGE', {
      message: `${project.name} has no Postgres among its services.`,
      hint: 'Declare it in djdev.yaml: services: { postgres: {} }.',
    });
  }
  const found = await findStack(engine, project.id, context.signal);
  const services = project.services.filter(({ name }) => name === postgres.service);
  const { containers } = await startServices(context, stack, found, services);
  const id = containers[0]?.id ?? postgres.service;
  const { user, database, password } = postgres;
  return await execAttached(invocation, command, id, {
    command: ['psql', '-U', user, '-d', database, ...invocation.args],
    environment: { PGPASSWORD: password },
  });
}
