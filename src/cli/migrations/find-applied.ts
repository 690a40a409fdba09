import { readMigrationRows } from '../../database/migration-rows.ts';
import { findStack } from '../../stack/find-stack.ts';
import { openStack } from '../../stack/open-stack.ts';
import type { Invocation } from '../command.ts';
import type { OpenedCheck } from './open-check.ts';

/**
 * The migrations that the development database of this checkout has, as `shop.0002_total`;
 * `undefined` when it does not run.
 */
export async function findApplied(
  { context, project }: Pick<OpenedCheck, 'context' | 'project'>,
  { io }: Invocation,
): Promise<ReadonlySet<string> | undefined> {
  const { engine, signal } = context;
  const { postgres } = await openStack(project, io.environment);
  const found = await findStack(engine, project.id, signal);
  const container = postgres && found.containers.get(postgres.service);
  const port = postgres && container?.publishedPorts[postgres.port];
  if (postgres === undefined || container === undefined || port === undefined) return undefined;
  const { user, password, database } = postgres;
  const address = { host: container.host, port, user, password, database };
  const { applied } = await readMigrationRows(address, signal);
  return new Set(applied.map(({ app, name }) => `${app}.${name}`));
}
