import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../../../src/database/postgres-session.ts';
import { fillTables } from '../../../src/database/synthetic/fill-tables.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { openRunTest } from '../django/runner-test.ts';

const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;

describeWithEngine('made-up rows', () => {
  let t: EngineTest;
  let server: PostgresAddress;
  beforeAll(async () => {
    t = await openEngineTest();
    const { run } = await openRunTest(t);
    const { value } = await runDatabase(run, planScratchPostgres(service, 'shop'));
    if (!value) throw new Error('no Postgres');
    server = value.address;
  });
  afterAll(async () => await t[Symbol.asyncDispose]());

  /** A database of its own with a schema, and a session with it. */
  async function withSchema<T>(
    name: string,
    schema: string,
    use: (query: PostgresQuery) => Promise<T>,
  ): Promise<T> {
    await withPostgresSession(server, t.signal, (query) => query(`CREATE DATABASE ${name}`));
    return await withPostgresSession({ ...server, database: name }, t.signal, async (query) => {
      await query(schema);
      return await use(query);
    });
  }

  test('fit every type, key, reference, CHECK and partition, and say which table took none', async () => {
    const schema = await readFile(new URL('every-shape.sql', import.meta.url), 'utf8');
    await withSchema('shapes', schema, async (query) => {
      const { tables, refused } = await fillTables(query);
      // Three values, three values and two: that many combinations there are.
      expect(tables.filter(({ rows }) => rows !== 60)).toEqual([
        { table: 'public.small', rows: 18 },
      ]);
      const byTable = refused.toSorted(
        (a, b) => Number(a.table > b.table) - Number(a.table < b.table),
      );
      expect(byTable).toEqual([
        {
          table: 'public.child_of_impossible',
          reason: 'It references public.impossible, which has no rows.',
        },
        {
          table: 'public.impossible',
          reason: 'No made-up row meets the CHECK impossible_x_check.',
        },
        {
          table: 'public.impossible_pair',
          reason: 'No made-up row meets the CHECK impossible_pair_a_check.',
        },
      ]);
      // Adding the constraints again reads every row: references, CHECKs and keys are true.
      await query(`DO $$ DECLARE c record; BEGIN
        FOR c IN SELECT conrelid::regclass AS t, conname, pg_get_constraintdef(oid) AS d
                   FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
        LOOP
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname);
          EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.t, c.conname, c.d);
        END LOOP; END $$`);
      const [kept] = await query(
        'SELECT (SELECT count(*) FROM django_migrations)::int AS books, (SELECT count(*) FROM existing)::int AS own',
      );
      expect(kept).toEqual({ books: 0, own: 1 });
      // Keys that were given in a cycle do not come again.
      const [{ id: last } = {}] = await query(
        'INSERT INTO tree (parent_id) VALUES (1) RETURNING id',
      );
      expect(last).toBe(61);
      expect(await fillTables(query)).toMatchObject({ tables: [], rows: 0 });
    });
  });

  test('meet constraints over several columns with NULLs only where they have to', async () => {
    const schema = `CREATE TABLE plain (id int PRIMARY KEY, note text);
      CREATE TABLE one_of (id serial PRIMARY KEY, a int REFERENCES plain, b int REFERENCES plain,
                           CHECK ((a IS NULL) <> (b IS NULL)));`;
    await withSchema('nulls', schema, async (query) => {
      await fillTables(query, { rows: 10 });
      const rows = await query(`SELECT (SELECT count(note) FROM plain)::int AS notes,
        (SELECT count(*) FROM one_of WHERE a IS NULL)::int AS without_a, count(*)::int AS all FROM one_of`);
      expect(rows[0]).toMatchObject({ notes: 10, all: 10 });
      expect(rows[0]?.['without_a']).toBeGreaterThan(0);
    });
  });

  test('have the numbers of a profile', async () => {
    const schema = `CREATE TABLE shop (id bigserial PRIMARY KEY, kind text NOT NULL, note text,
                                       code varchar(20) NOT NULL UNIQUE)`;
    const column = { nullFraction: 0, distinct: -1, averageBytes: 8 };
    const profile = {
      version: 1,
      tables: {
        'public.shop': {
          rows: 4000,
          columns: {
            kind: { ...column, distinct: 7 },
            note: { nullFraction: 0.25, distinct: -0.75, averageBytes: 101 },
            code: { ...column, distinct: 3 },
          },
        },
      },
    } as const;
    await withSchema('profiled', schema, async (query) => {
      await fillTables(query, { profile });
      const [row] = await query(`SELECT count(*)::int AS rows, count(DISTINCT kind)::int AS kinds,
        count(DISTINCT code)::int AS codes, avg(octet_length(note))::int AS bytes,
        count(*) FILTER (WHERE note IS NULL)::int AS nulls FROM shop`);
      expect(row).toMatchObject({ rows: 4000, kinds: 7, codes: 4000, bytes: 100 });
      expect(Number(row?.['nulls']) / 4000).toBeCloseTo(0.25, 1);
    });
  });
});
