import { expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { withPostgresSession } from '../../../src/database/postgres-session.ts';
import { traceScript } from '../../../src/migrations/trace/trace-script.ts';
import { withNewDatabase } from '../../../src/migrations/trace/with-new-database.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { openTraceServer } from './open-trace-server.ts';

const setup = `
  CREATE TABLE big (id bigint PRIMARY KEY, note text);
  INSERT INTO big SELECT i, 'note' FROM generate_series(1, 12000) i;
`;

/** Waits until sessions of all these names wait for the table, and a little longer. */
function holdUntilWaiting(...applications: readonly string[]): string {
  const names = applications.map((name) => `'${name}'`).join(', ');
  return `DO $$ BEGIN
    WHILE (SELECT count(DISTINCT a.application_name) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE NOT l.granted AND l.relation = 'big'::regclass AND a.application_name IN (${names}))
          < ${applications.length} LOOP
      PERFORM pg_sleep(0.01);
      PERFORM pg_stat_clear_snapshot();
    END LOOP;
    PERFORM pg_sleep(0.3);
  END $$`;
}

describeWithEngine('the watch on a database', () => {
  test('feels what users feel, and names who had to wait', async () => {
    await using t = await openEngineTest();
    const { address } = await openTraceServer(t);
    const report = await withNewDatabase(address, t.signal, async (database) => {
      const traced = traceScript({ clock: systemClock, signal: t.signal }, database, {
        file: 'slow.sql',
        script: `ALTER TABLE big ADD size integer; ${holdUntilWaiting('shop', 'djdev watcher')}`,
        setup: { file: 'setup.sql', script: setup },
        atomic: true,
      });
      const shop = withPostgresSession(
        { ...database, application: 'shop' },
        t.signal,
        async (query) => {
          // By then the statement before it has locked the table.
          const isHeld = async (): Promise<boolean> =>
            (
              await query(
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'",
              )
            ).length > 0;
          while (!(await isHeld())) await systemClock.sleep(5, t.signal);
          await query("UPDATE big SET note = 'sold' WHERE id = 1");
        },
      );
      const [result] = await Promise.all([traced, shop]);
      return result;
    });
    const [migration] = report.migrations;
    expect(
      migration?.blocked.map(({ application, waitedFor }) => [application, waitedFor]),
    ).toEqual([['shop', 'public.big']]);
    expect(migration?.blocked[0]?.query).toContain('UPDATE big');
    const worst = Math.max(migration?.worstReadMs ?? 0, migration?.worstWriteMs ?? 0);
    expect(worst).toBeGreaterThan(200);
    expect(report.canaries.map(({ table }) => table)).toContain('public.big');
    expect(migration?.reasons.map(({ rule }) => rule)).toContain('lock-without-timeout');
  });
});
