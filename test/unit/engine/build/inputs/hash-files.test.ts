import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { hashFiles } from '../../../../../src/engine/build/inputs/hash-files.ts';
import type { FileHashes } from '../../../../../src/engine/build/inputs/known-hash.ts';
import { readEntry } from '../../../../../src/engine/build/inputs/scan-context.ts';

const { signal } = new AbortController();

async function makeFile(content: string): Promise<{ root: string; file: string }> {
  const root = await mkdtemp(join(tmpdir(), 'djdev-test-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const file = join(root, 'a.py');
  await writeFile(file, content);
  return { root, file };
}

async function hash(root: string, known: FileHashes): ReturnType<typeof hashFiles> {
  const entry = readEntry(root, 'a.py');
  if (!entry) throw new Error('There is no a.py.');
  return await hashFiles(root, [entry], known, signal);
}

test('a file that changed a moment ago is read again each time', async () => {
  const { root, file } = await makeFile('one');
  const first = await hash(root, {});
  expect(first.known).toEqual({});
  // Same size, and the same time as a slow file system would give it.
  const stats = readEntry(root, 'a.py');
  await writeFile(file, 'two');
  await utimes(file, (stats?.mtimeMs ?? 0) / 1000, (stats?.mtimeMs ?? 0) / 1000);
  const second = await hash(root, first.known);
  expect(second.hashes.get('a.py')).not.toBe(first.hashes.get('a.py'));
});

test('a file that has been quiet for a while is not read again', async () => {
  // A file nobody has touched since it was installed.
  const root = fileURLToPath(new URL('../../../../../node_modules/vitest/', import.meta.url));
  const entry = readEntry(root, 'package.json');
  if (!entry) throw new Error('There is no package.json.');
  const first = await hashFiles(root, [entry], {}, signal);
  expect(first.isNews).toBe(true);
  // The hash that is known is taken without a look at the content, which shows here.
  const [bytes, mtimeMs, ctimeMs, inode] = first.known['package.json'] ?? [0, 0, 0, 0];
  const known = { 'package.json': [bytes, mtimeMs, ctimeMs, inode, 'remembered'] } as const;
  const second = await hashFiles(root, [entry], known, signal);
  expect([second.hashes.get('package.json'), second.isNews]).toEqual(['remembered', false]);
});

test.each([
  ['size', { 0: 1 }],
  ['modification time', { 1: -1 }],
  ['change time', { 2: -1 }],
  ['inode', { 3: -1 }],
])('another %s means another look', async (_name, change) => {
  const { root } = await makeFile('one');
  const entry = readEntry(root, 'a.py');
  if (!entry) throw new Error('There is no a.py.');
  const known = [entry.bytes, entry.mtimeMs, entry.ctimeMs, entry.inode, 'remembered'] as const;
  const same = await hash(root, { 'a.py': known });
  expect(same.hashes.get('a.py')).toBe('remembered');
  const changed = Object.assign([...known], change) as unknown as typeof known;
  const other = await hash(root, { 'a.py': changed });
  expect(other.hashes.get('a.py')).not.toBe('remembered');
});

test('what is no longer there is forgotten', async () => {
  const { root } = await makeFile('one');
  const { known, isNews } = await hash(root, { 'gone.py': [1, 1, 1, 1, 'x'] });
  expect([Object.keys(known), isNews]).toEqual([[], true]);
});

test('a file that vanished after the walk is no failure', async () => {
  const { root, file } = await makeFile('one');
  const entry = readEntry(root, 'a.py');
  await rm(file);
  const { hashes } = await hashFiles(root, entry ? [entry] : [], {}, signal);
  expect(hashes.has('a.py')).toBe(true);
});
