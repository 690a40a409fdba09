import type { PostgresAddress } from '../../database/postgres-session.ts';
import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { EnvironmentValues } from '../../engine/engine.ts';
import type { ProcessDefinition } from '../../project/project.ts';
import type { RehearsalPlan } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';
import type { BuiltImage } from '../steps/build.ts';
import type { StaticSeed } from '../steps/static.ts';
import { migratesAtStart, tryReplicas } from './try-replicas.ts';
import { tryProcess } from './try-process.ts';
import { tryStartWithoutDatabase } from './try-start-without-database.ts';
import { isProductionProcess } from './celery-job.ts';

/** What the release is started with once more. */
export interface OtherStarts {
  readonly run: RehearsalRun;
  readonly plan: RehearsalPlan;
  readonly server: ScratchPostgres;
  readonly image: BuiltImage;
  readonly seed: StaticSeed | undefined;
  readonly web: ProcessDefinition;
  /** The container that is rehearsed. */
  readonly containerId: string;
  /** The application's environment with another database of the same server. */
  readonly environmentOn: (database: string) => EnvironmentValues;
  /** From the start of the rehearsed container to its first healthy answer. */
  readonly bootMs: number;
}

/**
 * Starts the release in the other ways in which production starts it, side by side, and answers
 * what to say of each. `closed` is a copy of the database that takes no session.
 */
export async function tryOtherStarts(
  starts: OtherStarts,
  closed: PostgresAddress | undefined,
): Promise<readonly string[]> {
  const { project } = starts.run;
  const others = project.processes.filter(
    (process) => process.name !== starts.web.name && isProductionProcess(process),
  );
  const told = await Promise.all([
    closed === undefined ? undefined : tryStartWithoutDatabase(starts, closed),
    migratesAtStart(starts).then(async (does) => (does ? await tryReplicas(starts) : undefined)),
    ...others.map(async (process) => await tryProcess(starts, process)),
  ]);
  return told.filter((text) => text !== undefined);
}
