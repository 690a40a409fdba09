import { dataRole } from '../../database/data/data-volume.ts';
import { startDataPostgres } from '../../database/data/start-data-postgres.ts';
import type { ScratchPostgresPlan } from '../../database/plan-scratch-postgres.ts';
import {
  type ClonedData,
  type ScratchPostgres,
  startScratchPostgres,
} from '../../database/scratch-postgres.ts';
import type { Measurement } from '../../report/finding.ts';
import { formatBytes, formatDuration } from '../../report/formats/quantity.ts';
import type { PlannedData } from '../plan.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { withoutStatements } from '../smoke/statement-log.ts';

/**
 * Starts the run's own Postgres and returns once it takes sessions; with a copy of production's
 * data where the plan says so. Throws `DJ-DATABASE-START` and what restoring throws.
 */
export async function runDatabase(
  run: RehearsalRun,
  plan: ScratchPostgresPlan,
  data?: PlannedData,
): Promise<StepResult<ScratchPostgres>> {
  const { context } = run;
  const placement = {
    network: run.network,
    ownership: run.ownership(plan.service),
    onLine: withoutStatements((line) =>
      context.emit({ type: 'line-logged', step: 'database', source: plan.service, line }),
    ),
  };
  const postgres =
    data === undefined || run.project.rehearse.data === undefined
      ? await startScratchPostgres(context, plan, {
          ...placement,
          containerName: run.nameFor(plan.service),
        })
      : await startDataPostgres(context, plan, placement, {
          data: run.project.rehearse.data,
          isRenewed: data.isRenewed,
          root: run.project.root,
          ownership: run.ownership(dataRole),
          cacheDirectory: run.cacheDirectory,
          onProgress: (text) => context.emit({ type: 'step-progressed', step: 'database', text }),
        });
  const { readyMs } = postgres;
  const measurements: readonly Measurement[] = [
    { name: 'first session', value: readyMs, unit: 'ms' },
    ...(postgres.data ? measure(postgres.data) : []),
  ];
  for (const measurement of measurements) {
    context.emit({ type: 'measurement-taken', step: 'database', measurement });
  }
  const summary = postgres.data
    ? describe(postgres.data)
    : `${plan.image}, first session after ${readyMs} ms`;
  return { summary, value: postgres };
}

function measure({ bytes, rows, tables, restoreMs, cloneMs }: ClonedData): readonly Measurement[] {
  return [
    { name: 'data', value: bytes, unit: 'bytes' },
    { name: 'rows', value: rows, unit: 'count' },
    { name: 'tables', value: tables, unit: 'count' },
    { name: 'restore', value: restoreMs, unit: 'ms' },
    { name: 'clone', value: cloneMs, unit: 'ms' },
  ];
}

/** `backups/prod.dump: 1.2 GB, 3.4 million rows, cloned in 1.4 s, restored in 14.2 s`. */
function describe(data: ClonedData): string {
  const rows = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
  const size = `${formatBytes(data.bytes)}, ${rows.format(data.rows)} rows`;
  const cloned = `cloned in ${formatDuration(data.cloneMs)}`;
  const restored = data.isFresh
    ? `restored in ${formatDuration(data.restoreMs)}`
    : `restored ${new Date(data.restoredAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${data.source}: ${size}, ${restored}, ${cloned}`;
}
