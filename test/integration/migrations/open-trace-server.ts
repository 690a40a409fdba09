import { systemClock } from '../../../src/context/clock.ts';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import type { PostgresAddress } from '../../../src/database/postgres-session.ts';
import { withNewDatabase } from '../../../src/migrations/trace/with-new-database.ts';
import { traceScript, type TraceRequest } from '../../../src/migrations/trace/trace-script.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import type { MigrationReport } from '../../../src/report/migration-report.ts';
import type { EngineTest } from '../../support/engine.ts';
import { openRunTest } from '../django/runner-test.ts';

/** A Postgres on which scripts are traced, each in a database of its own. */
export interface TraceServer {
  readonly address: PostgresAddress;
  readonly trace: (
    script: string,
    options?: { readonly setup?: string; readonly atomic?: boolean },
  ) => Promise<MigrationReport>;
}

/** Starts one for a test. */
export async function openTraceServer(t: EngineTest): Promise<TraceServer> {
  const { run } = await openRunTest(t);
  const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;
  const { value } = await runDatabase(run, planScratchPostgres(service, 'trace'));
  if (!value) throw new Error('no Postgres');
  const { address } = value;
  const signal = run.context.signal;
  return {
    address,
    async trace(script, { setup, atomic = false } = {}) {
      const request: TraceRequest = {
        file: 'script.sql',
        script,
        atomic,
        ...(setup !== undefined && { setup: { file: 'setup.sql', script: setup } }),
      };
      const report = await withNewDatabase(address, signal, (database) =>
        traceScript({ clock: systemClock, signal }, database, request),
      );
      const [migration] = report.migrations;
      if (!migration) throw new Error('no migration in the report');
      return migration;
    },
  };
}
