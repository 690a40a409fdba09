import { expect, test } from 'vitest';
import { identifyFindings } from '../../../../src/report/formats/finding-identity.ts';
import type { Finding } from '../../../../src/report/finding.ts';

function identify(title: string, change: Partial<Finding> = {}) {
  const finding: Finding = {
    code: 'boot-timeout',
    level: 'fail',
    step: 'boot',
    title,
    detail: '',
    hint: '',
    ...change,
  };
  return identifyFindings([finding])[0];
}

test.each([
  ['took 839 ms', 'took 1.2 s'],
  ['has 612 MB, its budget is 400 MB', 'has 0.7 GB, its budget is 400 MB'],
  ['nothing at 127.0.0.1:49153', 'nothing at 127.0.0.1:50001'],
  ['with 120 rows', 'with 1,204,332 rows'],
  ['image sha256:3f2a9c0d11ee', 'image sha256:77aa01bc99ff'],
])('“%s” and “%s” are the same', (before, after) => {
  expect(identify(before)).toEqual(identify(after));
});

test.each([
  ['shop.0005_total failed', 'shop.0006_total failed'],
  ['needs Django 5.2.19', 'needs Django 5.3.1'],
  ['GET /v1/', 'GET /v2/'],
])('“%s” and “%s” are not', (before, after) => {
  expect(identify(before)?.fingerprint).not.toBe(identify(after)?.fingerprint);
});

test('a line may move, a file may not; where the repository lies does not count', () => {
  const at = (file: string, line: number) => identify('x', { location: { file, line } });
  expect(at('config/urls.py', 3)).toEqual(at('/home/ada/shop/config/urls.py', 9));
  expect(at('config/urls.py', 3)?.fingerprint).not.toBe(at('config/wsgi.py', 3)?.fingerprint);
});

test('a name is one line of a list', () => {
  expect(identify('a word '.repeat(40))?.name.length).toBeLessThan(160);
});
