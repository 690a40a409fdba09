import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exportTree } from '../../../../src/rehearse/previous/export-tree.ts';
import { resolveCommit } from '../../../../src/rehearse/previous/resolve-commit.ts';
import { withProject } from '../../../support/with-project.ts';

const run = promisify(execFile);
const signal = AbortSignal.timeout(60_000);

async function openRepository(files: Readonly<Record<string, string>>) {
  const project = await withProject(files);
  const git = async (...args: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    return (await run('git', [...identity, ...args], { cwd: project.root })).stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'first');
  await git('tag', 'v1');
  return { ...project, git };
}

const ref = (reference: string) => ({ reference, location: undefined });

test('a commit is written as it was, and the repository is left as it is', async () => {
  await using t = await openRepository({
    Dockerfile: 'FROM scratch\n',
    'app/old.py': 'old\n',
    'other/big.bin': 'x',
    '.gitattributes': '*.png filter=lfs\nold.py export-ignore\n',
    'app/logo.png': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
  });
  await t.git(
    'update-index',
    '--add',
    '--cacheinfo',
    `160000,${await t.git('rev-parse', 'HEAD')},app/theme`,
  );
  await t.git('commit', '--quiet', '--message', 'second');
  await t.git('tag', 'v2');
  await writeFile(path.join(t.root, 'app/old.py'), 'new\n');
  const before = await t.git('status', '--porcelain');
  await using target = await withProject({});
  const directory = path.join(target.root, 'tree');
  const commit = await resolveCommit(t.root, ref('v2'), signal);
  const place = { directory, indexFile: path.join(target.root, 'index') };
  const exported = await exportTree(commit, ['app', 'Dockerfile'], place, signal);
  expect(exported).toEqual({ submodules: ['app/theme'], pointers: [] });
  const all = await exportTree(commit, [''], place, signal);
  expect(all.pointers).toEqual(['app/logo.png']);
  expect(await readFile(path.join(directory, 'app/old.py'), 'utf8')).toBe('old\n');
  expect((await readdir(directory)).toSorted()).toEqual([
    '.gitattributes',
    'Dockerfile',
    'app',
    'other',
  ]);
  expect(await t.git('status', '--porcelain')).toBe(before);
  expect(await t.git('worktree', 'list')).not.toContain('\n');
});

test('a ref, a commit and the merge base with the main branch are found', async () => {
  await using t = await openRepository({ 'a.txt': 'a' });
  const first = await t.git('rev-parse', 'HEAD');
  await t.git('switch', '--quiet', '--create', 'feature');
  await t.git('commit', '--quiet', '--allow-empty', '--message', 'work');
  for (const reference of ['v1', first.slice(0, 10), 'main', 'merge-base', 'HEAD~1']) {
    const { commit, label } = await resolveCommit(t.root, ref(reference), signal);
    expect(commit).toBe(first);
    expect(label).toBe(`${reference} (${first.slice(0, 7)})`);
  }
});

test('what is no ref is said, with the one that may be meant', async () => {
  await using t = await openRepository({ 'a.txt': 'a' });
  await expect(resolveCommit(t.root, ref('v11'), signal)).rejects.toMatchObject({
    code: 'DJ-PREVIOUS-NOT-FOUND',
    message: 'The previous release “v11” is no tag, branch or commit of this repository.',
    hint: 'Did you mean “v1”?',
  });
  await t.git('branch', '--move', 'trunk');
  await expect(resolveCommit(t.root, ref('merge-base'), signal)).rejects.toMatchObject({
    code: 'DJ-PREVIOUS-NOT-FOUND',
    message: expect.stringContaining('neither main nor master'),
  });
  await using plain = await withProject({ 'a.txt': 'a' });
  await expect(resolveCommit(plain.root, ref('v1'), signal)).rejects.toMatchObject({
    code: 'DJ-PREVIOUS-NOT-FOUND',
    message: expect.stringContaining('is not in a git repository'),
  });
});
