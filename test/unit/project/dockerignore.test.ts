import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseDockerignore, readDockerignore } from '../../../src/project/dockerignore.ts';

function ignored(rules: readonly string[], paths: readonly string[]): readonly string[] {
  const dockerignore = parseDockerignore(rules.join('\n'), undefined);
  return paths.filter((item) => dockerignore.ignores(item));
}

test('a rule without a slash holds at the root only, unlike in git', () => {
  expect(ignored(['media'], ['media', 'media/a.jpg', 'shop/media/a.jpg'])).toEqual([
    'media',
    'media/a.jpg',
  ]);
});

test('a double star holds at every depth', () => {
  const paths = ['a.pyc', 'shop/b.pyc', 'shop/__pycache__/c.txt', 'shop/d.py'];
  expect(ignored(['**/*.pyc', '**/__pycache__'], paths)).toEqual([
    'a.pyc',
    'shop/b.pyc',
    'shop/__pycache__/c.txt',
  ]);
});

test('the last rule that matches wins, and an exception reaches into an ignored directory', () => {
  const paths = ['.env', '.env.example', 'docs/a.md', 'docs/api/b.md'];
  expect(ignored(['.env*', '!.env.example', 'docs', '!docs/api'], paths)).toEqual([
    '.env',
    'docs/a.md',
  ]);
});

test('an allow list keeps only what it names', () => {
  expect(ignored(['*', '!shop', '!manage.py'], ['manage.py', 'shop/a.py', '.env', 'x/y'])).toEqual([
    '.env',
    'x/y',
  ]);
});

test('case matters, and characters that mean something in a regular expression do not', () => {
  expect(ignored(['README.md', 'a+b(c)'], ['readme.md', 'README.md', 'a+b(c)', 'aab'])).toEqual([
    'README.md',
    'a+b(c)',
  ]);
});

test('comments, empty lines, a byte order mark and Windows line ends are no rules', () => {
  const dockerignore = parseDockerignore('\uFEFF.git\r\n\r\n# notes\r\n', undefined);
  expect(['.git', '# notes', 'notes'].filter((item) => dockerignore.ignores(item))).toEqual([
    '.git',
  ]);
});

test('a directory is pruned only when no exception can reach below it', () => {
  const dockerignore = parseDockerignore('.git\ndocs\nnode_modules\n!docs/api/**', undefined);
  const directories = ['.git', 'docs', 'docs/api', 'docs/old', 'node_modules', 'shop'];
  expect(directories.filter((item) => dockerignore.prunes(item))).toEqual([
    '.git',
    'docs/old',
    'node_modules',
  ]);
});

test('an exception that begins with a wildcard keeps every directory from being pruned', () => {
  const dockerignore = parseDockerignore('*\n!**/*.py', undefined);
  expect(dockerignore.prunes('shop')).toBe(false);
});

test('the file beside the Dockerfile wins over the one of the context', async () => {
  const context = await mkdtemp(path.join(tmpdir(), 'djdev-dockerignore-'));
  onTestFinished(() => rm(context, { recursive: true }));
  const build = { context, dockerfile: path.join(context, 'prod.Dockerfile') };
  expect(await readDockerignore(build)).toMatchObject({ file: undefined });

  await writeFile(path.join(context, '.dockerignore'), 'a');
  const shared = await readDockerignore(build);
  expect([shared.file, shared.ignores('a')]).toEqual([path.join(context, '.dockerignore'), true]);

  await writeFile(path.join(context, 'prod.Dockerfile.dockerignore'), 'b');
  const own = await readDockerignore(build);
  expect([own.file, own.ignores('a'), own.ignores('b')]).toEqual([
    path.join(context, 'prod.Dockerfile.dockerignore'),
    false,
    true,
  ]);
});
