import type { DjangoRunner } from '../../django/django-runner.ts';
import { runSweep, type SweepCall, type SweptModel } from '../../django/run-sweep.ts';
import type { SweepCell } from '../../report/migration-report.ts';

/** Which code is tried on which schema. */
export type CellName = Pick<SweepCell, 'code' | 'schema'>;

/** Tries all models of the runner's code on the database that the call names. */
export async function sweepCell(
  runner: DjangoRunner,
  name: CellName,
  call: SweepCall,
  signal: AbortSignal,
): Promise<SweepCell> {
  return toCell(name, await runSweep(runner, call, signal));
}

function toCell({ code, schema }: CellName, models: readonly SweptModel[]): SweepCell {
  const takesNoRow = ({ skipped }: SweptModel): boolean =>
    skipped.some(({ operation }) => operation === 'insert');
  return {
    code,
    schema,
    models: models.length,
    notSwept: models.flatMap(({ model, skipped }) =>
      skipped.map(({ operation, reason }) => `${model} ${operation}: ${reason}`),
    ),
    notSweptTables: models.filter(takesNoRow).map(({ table }) => table),
    failures: models.flatMap(({ model, failures }) =>
      failures.map(({ operation, error }) => ({ model, operation, error })),
    ),
  };
}
