import { expect, test } from 'vitest';
import type { Fallback } from '../../../../src/django/try-without.ts';
import type { Variable } from '../../../../src/project/project.ts';
import {
  checkRemovals,
  demandedVariables,
  writtenVariables,
} from '../../../../src/rehearse/checks/environment-contract.ts';
import { checkDataKept } from '../../../../src/rehearse/checks/data-kept.ts';
import { checkErrorLogging } from '../../../../src/rehearse/checks/error-logging.ts';
import { checkStaticAssets } from '../../../../src/rehearse/checks/static-assets.ts';
import { checkWritable } from '../../../../src/rehearse/checks/writable.ts';

const variable = (
  name: string,
  kind: Variable['origin']['kind'],
  changes: Partial<Variable> = {},
): Variable => ({
  name,
  value: 'x',
  required: true,
  generate: false,
  secret: false,
  origin: { kind, text: 'djdev.yaml:3' },
  ...changes,
});

test('variable-never-read: what a person wrote, and no server reads', () => {
  const names = writtenVariables([
    variable('MAIL_SENDER', 'manifest'),
    variable('WEB_CONCURRENCY', 'manifest'),
    variable('PYTHONOPTIMIZE', 'manifest'),
    variable('SECRET_KEY', 'derived'),
    variable('TOKEN', 'env-file'),
  ]).map(({ name }) => name);
  expect(names).toEqual(['MAIL_SENDER']);
});

test('variable-fallback: of variables that the manifest leaves to others to give', () => {
  const names = demandedVariables([
    variable('A', 'env-file'),
    variable('B', 'shell'),
    variable('C', 'manifest'),
    variable('D', 'env-file', { required: false }),
    variable('E', 'env-file', { generate: true }),
  ]).map(({ name }) => name);
  expect(names).toEqual(['A', 'B']);
});

test('variable-fallback: by the settings that change, and no others', () => {
  const settings = (changes: Readonly<Record<string, string | null>>): Fallback => ({
    key: 'k',
    databases: [],
    settings: { STRIPE: 's', STARTED_AT: '1', OTHER: 'o', ...changes },
  });
  const baselines = [settings({}), settings({ STARTED_AT: '2' })];
  const check = (without: Fallback | undefined) =>
    checkRemovals(baselines, [{ variable: variable('STRIPE_KEY', 'env-file'), without }]).map(
      ({ title }) => title,
    );
  expect(check(undefined)).toEqual([]);
  expect(check(settings({ STARTED_AT: '3' }))).toEqual([]);
  expect(check(settings({ STARTED_AT: '3', STRIPE: 'default' }))).toEqual([
    'Without STRIPE_KEY the settings take another STRIPE, and say nothing.',
  ]);
});

const writable = {
  root: false,
  code: [],
  uploads: ['shop.Cup.picture'],
  media: '/srv/media',
  mediaWritable: false,
  temporary: true,
};

test('media-not-writable: where uploads go, unless a volume comes there', () => {
  const codes = (changes: Partial<typeof writable>, volumes: readonly string[] = []) =>
    checkWritable({ ...writable, ...changes }, volumes).map(
      ({ level, code }) => `${level} ${code}`,
    );
  expect(codes({})).toEqual(['warn media-not-writable']);
  expect(codes({}, ['/srv/media/'])).toEqual([]);
  expect(codes({}, ['/srv/med'])).toEqual(['warn media-not-writable']);
  expect(codes({ mediaWritable: true, temporary: false })).toEqual(['warn temporary-not-writable']);
});

test('static-not-compressed: only where the storage compresses', () => {
  const codes = (texts: number, gzip: number, brotli: number, compresses = true) =>
    checkStaticAssets({ texts, gzip, brotli, compresses, references: [] }).map(({ code }) => code);
  expect(codes(9, 9, 9)).toEqual([]);
  expect(codes(9, 0, 0)).toEqual(['static-not-compressed']);
  expect(codes(9, 7, 0)).toEqual(['static-without-brotli']);
  expect(codes(9, 0, 0, false)).toEqual([]);
  expect(codes(0, 0, 0)).toEqual([]);
});

test('traceback-not-logged: a line that says nothing of where', () => {
  const check = (...traceback: boolean[]) =>
    checkErrorLogging({
      loggers: [
        {
          name: 'django.request',
          handlers: [],
          seen: traceback.map((one) => ({
            handler: 'logging.StreamHandler',
            json: true,
            lines: 1,
            traceback: one,
            error: null,
          })),
        },
      ],
    }).map(({ level, code }) => `${level} ${code}`);
  expect(check(true)).toEqual([]);
  expect(check(false, true)).toEqual([]);
  expect(check(false)).toEqual(['warn traceback-not-logged']);
  expect(check()).toEqual(['fail errors-not-logged']);
});

test('data-not-kept: on a platform without volumes alone', () => {
  const database = (engine: string) => [
    { alias: 'default', engine: `django.db.backends.${engine}`, host: '', name: '/app/db.sqlite3' },
  ];
  const titles = (target: 'heroku' | 'docker', engine: string, media: string | null) =>
    checkDataKept(target, { uploads: ['shop.Cup.picture'], media }, database(engine)).map(
      ({ title }) => title,
    );
  expect(titles('heroku', 'postgresql', '/app/media')).toEqual([
    'Heroku forgets uploads with every restart, once a day at least.',
  ]);
  expect(titles('heroku', 'sqlite3', null)).toHaveLength(1);
  expect(titles('heroku', 'postgresql', null)).toEqual([]);
  expect(titles('docker', 'sqlite3', '/app/media')).toEqual([]);
});
