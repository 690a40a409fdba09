import { expect, test } from 'vitest';
import {
  type BuildInputs,
  describeInputs,
  fingerprintEntries,
} from '../../../../../src/engine/build/inputs/describe-inputs.ts';
import { explainDifference } from '../../../../../src/engine/build/inputs/explain-difference.ts';
import type { ContextEntry } from '../../../../../src/engine/build/inputs/scan-context.ts';

const settings = { Dockerfile: 'd1', target: '', 'base image python:3.13-slim': 'sha256:1' };
const files = { 'a.py': 'file 644 h1', shop: 'directory 755 ', 'shop/b.py': 'file 644 h2' };
const inputs = (
  changedSettings: Readonly<Record<string, string>> = {},
  changedFiles: Readonly<Record<string, string>> = {},
): BuildInputs =>
  describeInputs({ ...settings, ...changedSettings }, { ...files, ...changedFiles });

test('the digest does not depend on order, and on nothing else than the inputs', () => {
  const reversed = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).toReversed());
  expect(describeInputs(reversed(settings), reversed(files)).digest).toBe(inputs().digest);
  expect(inputs().digest).toMatch(/^[0-9a-f]{16}$/);
});

test('no two different inputs have one digest', () => {
  const all = [
    inputs(),
    inputs({ Dockerfile: 'd2' }),
    inputs({}, { 'a.py': 'file 755 h1' }),
    inputs({}, { c: 'file 644 h1' }),
    describeInputs({ ...settings, ...files }, {}),
    describeInputs({ x: 'y"],["z' }, {}),
    describeInputs({ x: 'y', z: '' }, {}),
  ];
  expect(new Set(all.map(({ digest }) => digest)).size).toBe(all.length);
});

test('an entry counts by mode and content; times and inodes do not count', () => {
  const entry: ContextEntry = {
    path: 'a.py',
    type: 'file',
    mode: 0o644,
    bytes: 3,
    mtimeMs: 1,
    ctimeMs: 2,
    inode: 3,
    linkTarget: undefined,
  };
  const hashes = new Map([['a.py', 'h1']]);
  const entries: readonly ContextEntry[] = [
    entry,
    { ...entry, path: 'shop', type: 'directory', mode: 0o755 },
    { ...entry, path: 'link', type: 'symlink', mode: 0o777, linkTarget: 'shop' },
  ];
  expect(fingerprintEntries(entries, hashes)).toEqual({
    'a.py': 'file 644 h1',
    shop: 'directory 755 ',
    link: 'symlink  shop',
  });
});

test.each<[string, BuildInputs | undefined, BuildInputs]>([
  ['first build', undefined, inputs()],
  ['the image is no longer on the engine', inputs(), inputs()],
  ['Dockerfile changed', inputs(), inputs({ Dockerfile: 'd2' })],
  [
    'base image python:3.13-slim changed',
    inputs(),
    inputs({ 'base image python:3.13-slim': 'sha256:2' }),
  ],
  ['build argument VERSION added', inputs(), inputs({ 'build argument VERSION': 'x' })],
  ['build argument VERSION removed', inputs({ 'build argument VERSION': 'x' }), inputs()],
  ['a.py changed', inputs(), inputs({}, { 'a.py': 'file 644 h9' })],
  ['c.py added', inputs(), inputs({}, { 'c.py': 'file 644 h9' })],
  ['new/c.py added', inputs(), inputs({}, { new: 'directory 755 ', 'new/c.py': 'file 644 h9' })],
  ['c.py removed', inputs({}, { 'c.py': 'file 644 h9' }), inputs()],
  ['shop changed', inputs(), inputs({}, { shop: 'directory 700 ' })],
  [
    '2 files changed: a.py, shop/b.py',
    inputs(),
    inputs({}, { 'a.py': 'file 644 h9', 'shop/b.py': 'file 644 h9' }),
  ],
  [
    '4 files changed: a.py, c, d, …',
    inputs(),
    inputs({}, { 'a.py': 'file 644 h9', c: 'file', d: 'file', e: 'file' }),
  ],
  [
    'Dockerfile changed, a.py changed',
    inputs({}, { Dockerfile: 'file 644 h1' }),
    inputs({ Dockerfile: 'd2' }, { Dockerfile: 'file 644 h2', 'a.py': 'file 644 h9' }),
  ],
])('%s', (reason, last, now) => {
  expect(explainDifference(last, now)).toBe(reason);
});
