import type { ScratchPostgresPlan } from '../../database/plan-scratch-postgres.ts';
import { type ScratchPostgres, startScratchPostgres } from '../../database/scratch-postgres.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/** Starts the run's own Postgres and returns once it takes sessions. Throws `DJ-DATABASE-START`. */
export async function runDatabase(
  run: RehearsalRun,
  plan: ScratchPostgresPlan,
): Promise<StepResult<ScratchPostgres>> {
  const { context } = run;
  const postgres = await startScratchPostgres(context, plan, {
    network: run.network,
    containerName: run.nameFor(plan.service),
    ownership: run.ownership(plan.service),
    onLine: (line) =>
      context.emit({ type: 'line-logged', step: 'database', source: plan.service, line }),
  });
  const { readyMs } = postgres;
  context.emit({
    type: 'measurement-taken',
    step: 'database',
    measurement: { name: 'first session', value: readyMs, unit: 'ms' },
  });
  return { summary: `${plan.image}, first session after ${readyMs} ms`, value: postgres };
}
