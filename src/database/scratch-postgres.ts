import type { Context } from '../context/context.ts';
import type { ImageFacts, Ownership, RunningContainer } from '../engine/engine.ts';
import { changePassword } from './change-password.ts';
import type { ScratchPostgresPlan } from './plan-scratch-postgres.ts';
import type { RestoredData } from './data/golden-template.ts';
import { describePostgresContainer } from './postgres-container.ts';
import { type PostgresAddress, withPostgresSession } from './postgres-session.ts';
import { waitForPostgres } from './wait-for-postgres.ts';

/** What a scratch Postgres needs from the run it belongs to. */
export interface ScratchPostgresPlacement {
  readonly network: string;
  readonly containerName: string;
  readonly ownership: Ownership;
  /** Keeps the data for other runs, and is without the planned database; absent: in memory. */
  readonly volume?: string;
  /** Lines of the server's log, and of the pull when the image was missing. */
  readonly onLine: (line: string) => void;
}

/** A Postgres that takes sessions, empty but for what its image puts into a new database. */
export interface ScratchPostgres {
  readonly plan: ScratchPostgresPlan;
  readonly containerId: string;
  /** Where this process reaches it. */
  readonly address: PostgresAddress;
  /** From the start of the container to the first session. */
  readonly readyMs: number;
  /** Of a database that is a copy of restored data. */
  readonly data?: ClonedData;
}

/** Restored data, and its copy for this run. */
export interface ClonedData extends RestoredData {
  readonly cloneMs: number;
  /** It was restored in this run. */
  readonly isFresh: boolean;
}

/**
 * Starts the planned Postgres and returns once it takes sessions over the network; the container
 * goes with `context.scope`. Throws `DJ-DATABASE-START` with the last log lines when it does not
 * come up, `DJ-IMAGE-NOT-FOUND` when its image can neither be found nor pulled.
 */
export async function startScratchPostgres(
  context: Context,
  plan: ScratchPostgresPlan,
  placement: ScratchPostgresPlacement,
): Promise<ScratchPostgres> {
  const { engine, signal, clock, scope } = context;
  const image = await findImage(context, plan.image, placement.onLine);
  const startedMs = clock.monotonicMs();
  const container = scope.use(
    await engine.runContainer(
      {
        ...describePostgresContainer(plan, image, placement.volume),
        name: placement.containerName,
        image: image.id,
        ownership: placement.ownership,
        network: placement.network,
        publish: [plan.port],
        lifeline: 'wrap',
      },
      signal,
    ),
  );
  const address = addressOf(plan, container);
  await waitForPostgres(context, { plan, container, address, onLine: placement.onLine });
  if (placement.volume === undefined) await createDatabase(address, signal);
  else await renewPassword(context, plan, container.id);
  return {
    plan,
    containerId: container.id,
    address,
    readyMs: Math.round(clock.monotonicMs() - startedMs),
  };
}

async function findImage(
  { engine, signal }: Context,
  reference: string,
  onLine: (line: string) => void,
): Promise<ImageFacts> {
  return (
    (await engine.inspectImage(reference, signal)) ??
    (await engine.pullImage(reference, onLine, signal))
  );
}

function addressOf(plan: ScratchPostgresPlan, { facts }: RunningContainer): PostgresAddress {
  return {
    host: facts.host,
    port: facts.publishedPorts[plan.port] ?? plan.port,
    user: plan.user,
    password: plan.password,
    database: plan.database,
  };
}

/** A volume remembers the password of the run that made it. */
async function renewPassword(
  { engine, signal }: Context,
  plan: ScratchPostgresPlan,
  container: string,
): Promise<void> {
  const command = ['psql', '-qX', '-U', plan.user, '-d', 'postgres'];
  await engine.execToEnd(container, { command, input: changePassword(plan) }, signal);
}

/** The official entrypoint has made it already; a server that was started directly has not. */
async function createDatabase(address: PostgresAddress, signal: AbortSignal): Promise<void> {
  await withPostgresSession({ ...address, database: 'postgres' }, signal, async (query) => {
    const existing = await query('SELECT 1 FROM pg_database WHERE datname = $1', [
      address.database,
    ]);
    if (existing.length === 0) await query(`CREATE DATABASE "${address.database}"`);
  });
}
