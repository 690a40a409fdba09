import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadProject } from '../../../src/project/load-project.ts';
import { manifestSchema } from '../../../src/project/manifest-schema.ts';
import { missingVariables } from '../../../src/project/resolve-environment.ts';
import { withProject } from '../../support/with-project.ts';

const reference = new URL('../../../docs/djdev.reference.yaml', import.meta.url);

interface AnySchema {
  readonly type: string;
  readonly wrapped?: AnySchema;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly value?: AnySchema;
  readonly item?: AnySchema;
  readonly options?: readonly AnySchema[];
}

/** Every key path of the schema; `*` stands for names and places in lists. */
function listKeys(schema: AnySchema, path: string): readonly string[] {
  if (schema.wrapped) return listKeys(schema.wrapped, path);
  if (schema.options) {
    // “One or a list of them”: the list stands for both.
    const list = schema.options.filter((option) => option.type === 'array');
    return (list.length > 0 ? list : schema.options).flatMap((option) => listKeys(option, path));
  }
  if (schema.type === 'array' && schema.item) return listKeys(schema.item, `${path}.*`);
  if (schema.type === 'record' && schema.value) return listKeys(schema.value, `${path}.*`);
  return Object.entries(schema.entries ?? {}).flatMap(([key, value]) => [
    `${path}.${key}`,
    ...listKeys(value, `${path}.${key}`),
  ]);
}

function listPaths(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) =>
    [
      isList ? [] : [`${path}.${key}`],
      [`${path}.*`],
      listPaths(item, `${path}.${key}`),
      listPaths(item, `${path}.*`),
    ].flat(),
  );
}

/** Only one of these keys can stand there; the others are in a comment. */
const alternatives = [
  '.rehearse.previous.image',
  '.rehearse.data.command',
  '.rehearse.data.url',
  '.rehearse.data.url.env',
  '.rehearse.smoke.*.import',
];

/** Keys that are in the reference once and stand in several places. */
const repeated = /^\.rehearse\.smoke\.\*\.(steps\.\*|headers\.\*|jsonpath\.\*)\./;

test('the reference has every key of the schema', async () => {
  const written = new Set(listPaths(parse(await readFile(reference, 'utf8')), ''));
  const keys = listKeys(manifestSchema, '');
  expect(keys.length).toBeGreaterThan(50);
  const wanted = keys.filter((key) => !repeated.test(key));
  expect(wanted.filter((key) => !written.has(key))).toEqual(alternatives);
});

test('the reference loads as it is', async () => {
  await using project = await withProject({
    'djdev.yaml': await readFile(reference, 'utf8'),
    Dockerfile: 'FROM python:3.13-slim AS production\n',
    '.env.rehearsal': 'SENTRY_DSN=\n',
    'secrets/netrc': 'machine example.com\n',
  });
  const loaded = await loadProject({ cwd: project.root, shell: { PIP_TOKEN: 'x' } });
  expect(loaded.build.missingSecrets).toBeUndefined();
  expect(missingVariables(loaded, 'prod').map(({ name }) => name)).toEqual(['STRIPE_KEY']);
});

test('the example of the shop loads with nothing missing', async () => {
  const cwd = new URL('../../../examples/shop', import.meta.url).pathname;
  const shop = await loadProject({ cwd, shell: {} });
  expect(shop.name).toBe('shop');
  expect(missingVariables(shop, 'prod')).toEqual([]);
  expect(missingVariables(shop, 'dev')).toEqual([]);
});
