import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEntry, scanContext } from '../../../../../src/engine/build/inputs/scan-context.ts';
import { parseDockerignore } from '../../../../../src/project/dockerignore.ts';
import { withProject } from '../../../../support/with-project.ts';

const { signal } = new AbortController();

async function scan(root: string, rules = ''): Promise<readonly string[]> {
  const entries = await scanContext(root, parseDockerignore(rules, undefined), signal);
  return entries.map(({ path, type }) => (type === 'directory' ? `${path}/` : path));
}

test('entries come depth first, siblings in byte order', async () => {
  await using project = await withProject({
    'b/c.py': '',
    'b.py': '',
    'b-c.py': '',
    B: '',
    'a/é': '',
    'a/z': '',
    'a/\u{10000}': '',
    'a/\uFFFD': '',
  });
  expect(await scan(project.root)).toEqual([
    'B',
    'a/',
    'a/z',
    'a/é',
    'a/\uFFFD',
    'a/\u{10000}',
    'b/',
    'b/c.py',
    'b-c.py',
    'b.py',
  ]);
});

test('a parent that is ignored itself is there for what a rule brings back', async () => {
  await using project = await withProject({
    'docs/api/v1/a.md': '',
    'docs/b.md': '',
    'node_modules/x/y.js': '',
    'manage.py': '',
  });
  expect(await scan(project.root, 'docs\n!docs/api/v1\nnode_modules\n')).toEqual([
    'docs/',
    'docs/api/',
    'docs/api/v1/',
    'docs/api/v1/a.md',
    'manage.py',
  ]);
});

test('links are not followed, and their target is told', async () => {
  await using project = await withProject({ 'a/b': '' });
  await symlink('a', join(project.root, 'link'));
  await symlink('/nowhere', join(project.root, 'dangling'));
  expect(await scan(project.root)).toEqual(['a/', 'a/b', 'dangling', 'link']);
  expect(readEntry(project.root, 'link')).toMatchObject({
    type: 'symlink',
    linkTarget: 'a',
    bytes: 0,
  });
});

test('what is no file, directory or link is left out', async () => {
  await using project = await withProject({ a: '' });
  const server = createServer().listen(join(project.root, 'socket'));
  await once(server, 'listening');
  expect(await scan(project.root)).toEqual(['a']);
  server.close();
});

test('empty directories count, a missing context does not pass', async () => {
  await using project = await withProject({});
  await mkdir(join(project.root, 'empty'));
  expect(await scan(project.root)).toEqual(['empty/']);
  await expect(scan(join(project.root, 'nowhere'))).rejects.toThrow('ENOENT');
});

test('an abort ends the walk with its reason', async () => {
  await using project = await withProject({ a: '' });
  const reason = new Error('Ctrl-C');
  const scanned = scanContext(
    project.root,
    parseDockerignore('', undefined),
    AbortSignal.abort(reason),
  );
  await expect(scanned).rejects.toBe(reason);
});
