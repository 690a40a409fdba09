import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { withPostgresSession } from '../../../src/database/postgres-session.ts';
import { followBranch } from '../../../src/database/snapshot/branch-database.ts';
import type { DatabaseServer } from '../../../src/database/snapshot/exchange-database.ts';
import { withServerSession } from '../../../src/database/snapshot/exchange-database.ts';
import { listSnapshots } from '../../../src/database/snapshot/list-snapshots.ts';
import {
  removeSnapshot,
  restoreSnapshot,
  saveSnapshot,
} from '../../../src/database/snapshot/take-snapshot.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { openRunTest } from '../django/runner-test.ts';

const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;

describeWithEngine('snapshots', () => {
  let t: EngineTest;
  let server: DatabaseServer;
  let container: string;
  const ended: number[] = [];

  beforeAll(async () => {
    t = await openEngineTest();
    const { run } = await openRunTest(t);
    const { value } = await runDatabase(run, planScratchPostgres(service, 'shop'));
    if (!value) throw new Error('no Postgres');
    const { address } = value;
    container = value.containerId;
    const onEnded = (count: number): void => void ended.push(count);
    server = { address, signal: t.signal, clock: systemClock, onEnded };
    await ask(`CREATE TABLE django_migrations (id serial, app text, name text);
      INSERT INTO django_migrations (app, name) VALUES ('shop', '0001_initial'), ('shop', '0002_price');
      CREATE TABLE cup (name text); INSERT INTO cup VALUES ('blue')`);
  });
  afterAll(async () => await t[Symbol.asyncDispose]());

  async function ask(text: string): Promise<readonly unknown[]> {
    return await withPostgresSession(server.address, t.signal, (query) => query(text));
  }

  const names = async (): Promise<readonly string[]> => {
    const all = await withServerSession(server, (query) => listSnapshots(query, 'shop'));
    return all.map(({ name, reason }) => (reason === 'manual' ? name : reason));
  };

  test('are copies that can be put back, and what was there is kept', async () => {
    const saved = await saveSnapshot(server, { name: 'clean', reason: 'manual', branch: 'main' });
    expect(saved).toMatchObject({
      name: 'clean',
      branch: 'main',
      database: 'shop',
      migrations: { count: 2, last: { shop: '0002_price' } },
    });
    expect(saved.bytes).toBeGreaterThan(1e6);
    await ask(`INSERT INTO cup VALUES ('red')`);
    const { kept } = await restoreSnapshot(server, 'clean');
    expect(await ask('SELECT name FROM cup')).toEqual([{ name: 'blue' }]);
    expect(await names()).toEqual(['before restore', 'clean']);
    // Nothing is lost: what was there can be put back too.
    await restoreSnapshot(server, kept.name);
    expect(await ask('SELECT name FROM cup ORDER BY name')).toEqual([
      { name: 'blue' },
      { name: 'red' },
    ]);
    await removeSnapshot(server, kept.name);
    expect(await names()).toEqual(['before restore', 'clean']);
  });

  test('end idle sessions at once, and let those at work finish', async () => {
    ended.length = 0;
    const order: string[] = [];
    await withPostgresSession(server.address, t.signal, async (idle) => {
      await idle('SELECT 1');
      await withPostgresSession(server.address, t.signal, async (busy) => {
        const working = busy('SELECT pg_sleep(0.2)').then(
          () => void order.push('finished'),
          () => void order.push('cut'),
        );
        // The session is at work before the snapshot looks at it.
        await withServerSession(server, async (query) => {
          const sleeping = `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0%' AND state = 'active' AND datname = 'shop'`;
          while ((await query(sleeping)).length === 0) await systemClock.sleep(10, t.signal);
        });
        await saveSnapshot(server, { name: 'busy', reason: 'manual' });
        await working;
      }).catch(() => undefined);
    }).catch(() => undefined);
    expect(order).toEqual(['finished']);
    expect(ended).toEqual([2]);
    // The application connects again, as if nothing had happened.
    expect(await ask('SELECT count(*)::int AS cups FROM cup')).toEqual([{ cups: 2 }]);
  });

  test('refuse names that are taken, unknown or unusable', async () => {
    const refused = [
      [
        () => saveSnapshot(server, { name: 'clean', reason: 'manual' }),
        'There is a snapshot “clean” already.',
      ],
      [
        () => saveSnapshot(server, { name: 'a b', reason: 'manual' }),
        '“a b” cannot name a snapshot.',
      ],
      [() => restoreSnapshot(server, 'nope'), 'There is no snapshot “nope” of this checkout.'],
      [() => removeSnapshot(server, 'nope'), 'There is no snapshot “nope” of this checkout.'],
    ] as const;
    for (const [attempt, message] of refused) {
      await expect(attempt()).rejects.toMatchObject({ code: 'DJ-SNAPSHOT', message });
    }
  });

  test('branches with other migrations have databases of their own', async () => {
    const cups = (): Promise<readonly unknown[]> => ask('SELECT name FROM cup ORDER BY name');
    const main = { branch: 'main', migrations: '1' };
    const feature = { branch: 'feature/price', migrations: '2' };
    const before = await cups();
    expect(await followBranch(server, main)).toEqual({ action: 'kept' });
    expect(await followBranch(server, { branch: 'docs', migrations: '1' })).toEqual({
      action: 'kept',
    });
    expect(await followBranch(server, feature)).toEqual({ action: 'copied', from: 'main' });
    expect(await cups()).toEqual(before);
    await ask(`INSERT INTO cup VALUES ('priced')`);
    expect(await followBranch(server, main)).toEqual({
      action: 'exchanged',
      from: 'feature/price',
    });
    expect(await cups()).toEqual(before);
    expect(await followBranch(server, feature)).toEqual({ action: 'exchanged', from: 'main' });
    expect(await cups()).toContainEqual({ name: 'priced' });
    expect(await followBranch(server, main)).toMatchObject({ action: 'exchanged' });
  });

  test('what a killed run left half made goes after an hour', async () => {
    const [old] = await withServerSession(server, async (query) => {
      await query('CREATE DATABASE djdev_next_old');
      await query('CREATE DATABASE djdev_next_new');
      return await query(
        `SELECT current_setting('data_directory') || '/base/' || oid || '/PG_VERSION' AS file
           FROM pg_database WHERE datname = 'djdev_next_old'`,
      );
    });
    const command = ['touch', '-d', '2 hours ago', String(old?.['file'])];
    expect((await t.engine.execToEnd(container, { command }, t.signal)).exitCode).toBe(0);
    await saveSnapshot(server, { name: 'later', reason: 'manual' });
    const left = await withServerSession(server, (query) =>
      query(`SELECT datname FROM pg_database WHERE starts_with(datname, 'djdev_next_')`),
    );
    expect(left).toEqual([{ datname: 'djdev_next_new' }]);
  });

  test('that were made automatically are five at most; those of people stay', async () => {
    for (let round = 0; round < 6; round += 1) {
      await saveSnapshot(server, { reason: 'before migrate' });
    }
    const all = await names();
    expect(all.filter((name) => name === 'before migrate')).toHaveLength(5);
    expect(all).toContain('clean');
    expect(all).not.toContain('before restore');
  });
});
