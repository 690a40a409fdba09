import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { findingCodes } from '../../../src/report/finding-codes.ts';
import { defects } from '../../matrix/defects/defects.ts';
import { silentFailures } from '../../matrix/silent-failures.ts';

describe('the planted defects', () => {
  test('are many, and each has a name of its own', () => {
    const ids = defects.map(({ id }) => id);
    expect(defects.length).toBeGreaterThanOrEqual(80);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/u.test(id))).toEqual([]);
  });

  test('cover every failure that was reproduced as a silent one', () => {
    const covered = new Set(defects.map(({ silent }) => silent));
    expect(Object.keys(silentFailures).filter((name) => !covered.has(name as never))).toEqual([]);
  });

  test('lie in files that are all part of the list', async () => {
    const files = await readdir(new URL('../../matrix/defects/', import.meta.url));
    const { defects: listed } = await import('../../matrix/defects/defects.ts');
    const found: unknown[] = [];
    for (const file of files.filter((name) => name.endsWith('-defects.ts'))) {
      const module = (await import(`../../matrix/defects/${file}`)) as Record<string, unknown>;
      found.push(...Object.values(module).flat());
    }
    expect(found.length).toBe(listed.length);
  });

  test('say what is reported, so that two of them with one code can be told apart', () => {
    const open = defects.filter(({ found }) => found.title.replaceAll('…', '').trim() === '');
    expect(open.map(({ id }) => id)).toEqual([]);
    expect(defects.filter(({ found }) => !(found.code in findingCodes))).toEqual([]);
  });
});
