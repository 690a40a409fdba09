import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as zlib from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { findDump } from '../../../src/database/data/dump-source.ts';
import { restoreDump, type RestoreServer } from '../../../src/database/data/restore-dump.ts';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import {
  type PostgresAddress,
  withPostgresSession,
} from '../../../src/database/postgres-session.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { openRunTest } from '../django/runner-test.ts';

const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;

/** Owned by, granted to and guarded by roles that exist only where it was dumped. */
const source = `
  CREATE ROLE prod_owner; CREATE ROLE "Reader one";
  CREATE TABLE cup (id serial PRIMARY KEY, name text NOT NULL, note text);
  ALTER TABLE cup OWNER TO prod_owner;
  GRANT SELECT ON cup TO "Reader one";
  ALTER TABLE cup ENABLE ROW LEVEL SECURITY;
  CREATE POLICY seen ON cup FOR SELECT TO "Reader one" USING (id > 10);
  CREATE TABLE empty (id int);
  CREATE TABLE audit_log (id int, line text);
  CREATE TABLE saucer (cup_id int NOT NULL REFERENCES cup);
  INSERT INTO cup (name, note) SELECT 'cup ' || i, E'one\\ntwo\\\\.\\n\\\\.' FROM generate_series(1, 500) i;
  INSERT INTO saucer SELECT id FROM cup;
  INSERT INTO audit_log SELECT i, repeat('x', 200) FROM generate_series(1, 5000) i;
  CREATE FUNCTION talk() RETURNS text LANGUAGE sql AS $f$ SELECT 'so
GRANT nothing TO nobody;
it goes' $f$;`;

describeWithEngine('restoring a dump', () => {
  let t: EngineTest;
  let directory: string;
  let address: PostgresAddress;
  let server: RestoreServer;
  const dumps = new Map<string, Buffer>();

  async function ask(database: string, text: string): Promise<unknown> {
    const signal = AbortSignal.timeout(60_000);
    const rows = await withPostgresSession({ ...address, database }, signal, (query) =>
      query(text),
    );
    return (rows as typeof rows | undefined)?.[0];
  }

  async function dump(...options: string[]): Promise<Buffer> {
    const command = ['pg_dump', '-U', 'shop', ...options, 'origin'];
    await using session = await t.engine.exec(server.container, { command }, t.signal);
    session.stdin.end();
    session.stderr.resume();
    const chunks: Buffer[] = [];
    for await (const chunk of session.stdout) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'djdev-dumps-'));
    t = await openEngineTest();
    const { run } = await openRunTest(t);
    const plan = planScratchPostgres(service, 'shop');
    const { value } = await runDatabase(run, plan);
    if (!value) throw new Error('no Postgres');
    ({ address } = value);
    const { engine, signal } = t;
    const { user, password, image } = plan;
    const container = value.containerId;
    server = {
      engine,
      clock: systemClock,
      signal,
      container,
      user,
      password,
      image,
      majorVersion: 17,
    };
    await ask('postgres', 'CREATE DATABASE origin');
    await ask('origin', source);
    dumps.set('custom', await dump('-Fc'));
    dumps.set('tar', await dump('-Ft'));
    dumps.set('plain', await dump('-C'));
    await engine.execToEnd(
      container,
      { command: ['pg_dump', '-U', 'shop', '-Fd', '-f', '/tmp/dumped', 'origin'] },
      signal,
    );
    await ask('postgres', 'DROP DATABASE origin');
    await ask('postgres', 'DROP ROLE prod_owner; DROP ROLE "Reader one"');
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
    await t[Symbol.asyncDispose]();
  });

  /** Restores bytes as a file; answers what is in the database then, without the roles it made. */
  async function restore(
    bytes: Buffer,
    options: { readonly without?: readonly string[]; readonly say?: (text: string) => void } = {},
  ): Promise<unknown> {
    const file = path.join(directory, 'prod.dump');
    await writeFile(file, bytes);
    return await restorePath(file, options);
  }

  async function restorePath(
    file: string,
    { without = [], say = () => {} }: Parameters<typeof restore>[1] = {},
  ): Promise<unknown> {
    await ask('postgres', 'CREATE DATABASE restored');
    try {
      const found = await findDump(file, 'prod.dump');
      const request = { name: 'prod.dump', source: found, excludeTableData: without };
      await restoreDump({ ...server, signal: AbortSignal.timeout(60_000) }, 'restored', {
        ...request,
        onProgress: say,
      });
      return await ask(
        'restored',
        `SELECT (SELECT count(*) FROM cup WHERE note = E'one\\ntwo\\\\.\\n\\\\.')::int AS cups,
                (SELECT count(*) FROM saucer)::int AS saucers,
                (SELECT count(*) FROM audit_log)::int AS lines,
                (SELECT tableowner FROM pg_tables WHERE tablename = 'cup') AS owner,
                (SELECT roles::text FROM pg_policies) AS policy, talk() AS said`,
      );
    } finally {
      await ask('postgres', 'DROP DATABASE restored WITH (FORCE)');
      await ask('postgres', 'DROP ROLE IF EXISTS "Reader one"');
    }
  }

  const whole = {
    cups: 500,
    saucers: 500,
    lines: 5000,
    owner: 'shop',
    policy: '{"Reader one"}',
    said: 'so\nGRANT nothing TO nobody;\nit goes',
  };
  const bytesOf = (name: string): Buffer => dumps.get(name) ?? Buffer.alloc(0);

  test('takes every format of pg_dump, compressed too, with roles of elsewhere', async () => {
    for (const name of ['custom', 'tar', 'plain']) {
      expect({ name, ...Object(await restore(bytesOf(name))) }).toEqual({ name, ...whole });
    }
    expect(await restore(gzipSync(bytesOf('plain')))).toEqual(whole);
    if (typeof zlib.zstdCompressSync === 'function') {
      expect(await restore(zlib.zstdCompressSync(bytesOf('custom')))).toEqual(whole);
    }
  });

  test('takes a directory', async () => {
    const archive = await t.engine.getArchive(server.container, '/tmp/dumped', t.signal);
    if (!archive) throw new Error('no directory');
    const unpacking = extract();
    archive.pipe(unpacking);
    for await (const entry of unpacking) {
      const target = path.join(directory, entry.header.name);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      if (entry.header.type === 'directory') await mkdir(target, { recursive: true });
      else await writeFile(target, Buffer.concat(chunks));
    }
    expect(await restorePath(path.join(directory, 'dumped'))).toEqual(whole);
    const without = ['audit_*'];
    const lean = await restorePath(path.join(directory, 'dumped'), { without });
    expect(lean).toEqual({ ...whole, lines: 0 });
  });

  test('leaves out the rows of tables, and says how far it is', async () => {
    const said: string[] = [];
    for (const name of ['custom', 'plain']) {
      const options = {
        without: ['public.audit_log'],
        say: (text: string) => void said.push(text),
      };
      expect(await restore(bytesOf(name), options)).toEqual({ ...whole, lines: 0 });
    }
    expect(said[0]).toMatch(/^restored [\d.]+ [kM]B of [\d.]+ [kM]B$/u);
    expect(said).toContain('building indexes and constraints');
  });

  test.each([
    ['cut.dump', 'custom', 0.6, 'could not read from input file: end of file'],
    ['cut.tar', 'tar', 0.5, 'it breaks off'],
    ['cut.sql', 'plain', 0.7, 'it ends in the middle of a table'],
    ['cut.sql.gz', 'gzip', 0.5, 'its compression breaks off (unexpected end of file)'],
  ])('%s is not a whole dump', async (_, name, share, because) => {
    const bytes = name === 'gzip' ? gzipSync(bytesOf('plain')) : bytesOf(name);
    const cut = bytes.subarray(0, Math.floor(bytes.length * share));
    await expect(restore(cut)).rejects.toMatchObject({
      code: 'DJ-DUMP-UNREADABLE',
      message: `prod.dump is not a whole dump of Postgres: ${because}.`,
    });
  });

  test('what is no dump, or one of something else, is told', async () => {
    const refusals = [
      [Buffer.from('-- MySQL dump 10.13\n'), 'it is a dump of MySQL'],
      [Buffer.from([1, 0, 2, 0, 3]), 'it is neither text nor of pg_dump'],
      [
        Buffer.from('--\n-- PostgreSQL database cluster dump\n--\n'),
        'it is of a whole server, by pg_dumpall',
      ],
      [Buffer.alloc(0), 'it is empty'],
    ] as const;
    for (const [bytes, because] of refusals) {
      await expect(restore(bytes)).rejects.toMatchObject({
        message: `prod.dump is not a whole dump of Postgres: ${because}.`,
      });
    }
    await expect(findDump('/nowhere/prod.dump', 'prod.dump')).rejects.toMatchObject({
      code: 'DJ-DATA-SOURCE',
      message: 'prod.dump cannot be read: there is no such file.',
    });
  });

  test('a dump of a newer server names the version to use', async () => {
    const newer = Buffer.from(bytesOf('custom'));
    const at = newer.indexOf(Buffer.from('17.'));
    newer.write('98.', at, 'latin1');
    const plain = bytesOf('plain')
      .toString('utf8')
      .replace('database version 17.', 'database version 98.');
    for (const bytes of [newer, Buffer.from(plain)]) {
      await expect(restore(bytes)).rejects.toMatchObject({
        code: 'DJ-DUMP-VERSION',
        hint: 'Use the version of production: services: { postgres: { version: 98 } }.',
      });
    }
    const format = Buffer.from(bytesOf('custom'));
    format[6] = 99;
    await expect(restore(format)).rejects.toMatchObject({ code: 'DJ-DUMP-VERSION' });
  });

  test('an extension that the image lacks is named', async () => {
    const sql = 'CREATE EXTENSION IF NOT EXISTS postgis_of_dreams WITH SCHEMA public;\n';
    await expect(restore(Buffer.from(sql))).rejects.toMatchObject({
      code: 'DJ-RESTORE',
      message:
        'prod.dump needs the extension “postgis_of_dreams”, and the image postgres:17 does not offer it.',
      hint: 'Name an image that has it: services: { postgres: { image: "…" } }.',
    });
  });
});
