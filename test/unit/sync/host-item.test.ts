import { appendFileSync, chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readHostItem } from '../../../src/sync/host-item.ts';
import { withProject } from '../../support/with-project.ts';

test('a path is a file, a directory, a link or nothing', async () => {
  await using project = await withProject({ 'a.sh': 'x' });
  const { root } = project;
  chmodSync(join(root, 'a.sh'), 0o755);
  symlinkSync('a.sh', join(root, 'link'));
  await mkdir(join(root, 'd'));
  const states = ['a.sh', 'link', 'd', 'none', 'a.sh/below'].map(
    (path) => readHostItem(root, path)?.state,
  );
  expect(states).toEqual([
    'file LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTb x',
    'link a.sh',
    'dir',
    undefined,
    undefined,
  ]);
});

test('a fifo is nothing, and nobody waits at it', async () => {
  await using project = await withProject({});
  await promisify(execFile)('mkfifo', [join(project.root, 'pipe')]);
  expect(readHostItem(project.root, 'pipe')).toBeUndefined();
});

test.skipIf(process.getuid?.() !== 0)('a file that may not be read says so', async () => {
  await using project = await withProject({ 'a.py': 'x' });
  chmodSync(project.root, 0o755);
  chmodSync(join(project.root, 'a.py'), 0o600);
  // Root may read everything, so the test becomes somebody else for a moment.
  process.seteuid?.(65_534);
  try {
    expect(() => readHostItem(project.root, 'a.py')).toThrow('a.py cannot be read: EACCES.');
  } finally {
    process.seteuid?.(0);
  }
});

test('a file that another process keeps writing is read without waiting, and in the end as it is', async () => {
  await using project = await withProject({});
  const file = join(project.root, 'a.txt');
  writeFileSync(file, '');
  const program = `
const { writeFileSync } = require('node:fs');
const end = Date.now() + 400;
for (let round = 0; Date.now() < end; round = (round + 1) % 10) {
  writeFileSync(process.argv[1], String(round).repeat(300_000));
}`;
  const writing = promisify(execFile)(process.execPath, ['-e', program, file]);
  const over = new AbortController();
  const ended = writing.then(() => over.abort());
  let reads = 0;
  while (!over.signal.aborted) {
    readHostItem(project.root, 'a.txt');
    reads += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  appendFileSync(file, '!');
  expect(reads).toBeGreaterThan(10);
  expect(readHostItem(project.root, 'a.txt')?.content?.toString()).toMatch(/^(\d)\1{299999}!$/);
});
