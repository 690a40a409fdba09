import { array, assert, asyncProperty, nat } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanPlainDump,
  type PlainDumpState,
} from '../../../src/database/data/clean-plain-dump.ts';
import { checkRoom } from '../../../src/database/data/check-room.ts';
import { excludeFromList, isTableExcluded } from '../../../src/database/data/exclude-tables.ts';
import { identifyDump } from '../../../src/database/data/identify-dump.ts';
import { explainRestoreFailure, readProblems } from '../../../src/database/data/restore-failure.ts';
import { describeProgress } from '../../../src/database/data/restore-progress.ts';

const dump = String.raw`--
-- PostgreSQL database dump
--

\restrict abc
SET statement_timeout = 0;

CREATE TABLE public.cup (id integer, note text);


ALTER TABLE public.cup OWNER TO prod;

GRANT SELECT ON TABLE public.cup TO reader;
GRANT ALL ON TABLE public.cup TO writer;

CREATE FUNCTION public.f() RETURNS text AS $$
GRANT nothing TO nobody;
$$;

COPY public.cup (id, note) FROM stdin;
1	one \\.
2	GRANT SELECT ON x TO y;
\.


COPY public.audit_log (id) FROM stdin;
1
2
\.

COPY public.empty (id) FROM stdin;
\.

CREATE INDEX i ON public.cup (id);

--
-- PostgreSQL database dump complete
--

\unrestrict abc
`;

const cleaned = String.raw`--
-- PostgreSQL database dump
--

SET statement_timeout = 0;

CREATE TABLE public.cup (id integer, note text);




CREATE FUNCTION public.f() RETURNS text AS $$
GRANT nothing TO nobody;
$$;

COPY public.cup (id, note) FROM stdin;
1	one \\.
2	GRANT SELECT ON x TO y;
\.


COPY public.audit_log (id) FROM stdin;
\.

COPY public.empty (id) FROM stdin;
\.

CREATE INDEX i ON public.cup (id);

--
-- PostgreSQL database dump complete
--

`;

async function clean(text: string, cuts: readonly number[]): Promise<[string, PlainDumpState]> {
  const bytes = Buffer.from(text);
  const places = [
    0,
    ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b),
    bytes.length,
  ];
  const source = (async function* () {
    for (const [index, at] of places.entries()) {
      const chunk = bytes.subarray(at, places[index + 1] ?? bytes.length);
      if (chunk.length > 0 && index + 1 < places.length) yield chunk;
    }
  })();
  const state: PlainDumpState = { endsInRows: false, isComplete: false };
  const chunks: Buffer[] = [];
  for await (const chunk of cleanPlainDump(source, ['audit_*'], state)) chunks.push(chunk);
  return [Buffer.concat(chunks).toString('utf8'), state];
}

describe('cleaning a plain dump', () => {
  test('leaves out owners, grants and excluded rows, wherever the chunks are cut', async () => {
    await assert(
      asyncProperty(array(nat(), { maxLength: 12 }), async (cuts) => {
        expect(await clean(dump, cuts)).toEqual([cleaned, { endsInRows: false, isComplete: true }]);
      }),
    );
  });

  test('knows a dump that ends in the middle of a table', async () => {
    const cut = dump.slice(0, dump.indexOf('2	GRANT') + 4);
    expect((await clean(cut, [3]))[1]).toEqual({ endsInRows: true, isComplete: false });
  });
});

test('tables are left out by name or pattern, with their schema or without', () => {
  expect(isTableExcluded('public.cup', ['cup'])).toBe(true);
  expect(isTableExcluded('"Shop"."Cup"', ['Shop.Cup'])).toBe(true);
  expect(isTableExcluded('public.log_2024', ['log_*'])).toBe(true);
  expect(isTableExcluded('public.log_2024', ['audit.log_*'])).toBe(false);
  expect(isTableExcluded('public.blog', ['log'])).toBe(false);
  const list =
    '; header\n3350; 0 16386 TABLE DATA public cup shop\n214; 1259 16385 TABLE public cup shop';
  expect(excludeFromList(list, ['cup'])).toBe(list.replace('3350', ';3350'));
  expect(excludeFromList(list, ['saucer'])).toBeUndefined();
});

test('compressed files are known by their first bytes', () => {
  expect(identifyDump(Buffer.from([0x1f, 0x8b, 8, 0]))).toEqual({ kind: 'gzip' });
  expect(identifyDump(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))).toEqual({ kind: 'zstd' });
  expect(identifyDump(Buffer.from('x'))).toMatchObject({ kind: 'plain', hasTrailer: false });
});

test('progress says the bytes, and the time left once it can be told', () => {
  expect(describeProgress(312e6, undefined, 5000)).toBe('restored 312 MB');
  expect(describeProgress(312e6, 1.2e9, 1000)).toBe('restored 312 MB of 1.2 GB');
  expect(describeProgress(300e6, 1.2e9, 9000)).toBe('restored 300 MB of 1.2 GB, about 27 s left');
});

test('the statements that failed are read from what pg_restore and psql -b write', () => {
  expect(
    readProblems([
      'pg_restore: error: could not execute query: ERROR:  role "reader" does not exist',
      'Command was: CREATE POLICY seen ON cup',
      '  TO reader;',
      'pg_restore: warning: errors ignored on restore: 1',
      'psql:<stdin>:4: ERROR:  unrecognized configuration parameter "transaction_timeout"',
      'psql:<stdin>:9: ERROR:  role "x" does not exist',
      'psql:<stdin>:9: STATEMENT:  CREATE POLICY p ON cup TO x;',
    ]),
  ).toEqual([
    {
      message: 'role "reader" does not exist',
      statement: 'CREATE POLICY seen ON cup\n  TO reader;',
    },
    { message: 'role "x" does not exist', statement: 'CREATE POLICY p ON cup TO x;' },
  ]);
});

test('a disk that is too small is told before, and one that fills up when it does', () => {
  expect(() => checkRoom('prod.dump', 5e9, undefined)).not.toThrow();
  expect(() => checkRoom('prod.dump', 5e9, 10e9)).not.toThrow();
  expect(() => checkRoom('prod.dump', 5e9, 9e9)).toThrow(
    'prod.dump and its clone take at least 10 GB, and the Docker engine has 9.0 GB of disk space left.',
  );
  const lines = [
    'psql:<stdin>:31: ERROR:  could not extend file "base/16384/16390": No space left on device',
  ];
  expect(explainRestoreFailure({ name: 'prod.dump', image: 'postgres:17' }, lines)).toMatchObject({
    code: 'DJ-DISK-FULL',
    message:
      'The disk of the Docker engine is full, so prod.dump could not be restored: could not extend file "base/16384/16390": No space left on device.',
  });
});
