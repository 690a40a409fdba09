import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseArguments } from '../../../src/cli/parse-arguments.ts';

const page = await readFile(new URL('../../../docs/ci.md', import.meta.url), 'utf8');

test('the jobs of docs/ci.md are YAML', () => {
  const blocks = [...page.matchAll(/```yaml\n(.+?)```/gs)].map(([, block = '']) => block);
  expect(blocks.map((block) => Object.keys(parse(block) as object))).toEqual([
    ['name', 'on', 'permissions', 'concurrency', 'jobs'],
    ['0', '1'],
    ['rehearse'],
  ]);
});

test('djdev understands the commands of docs/ci.md', () => {
  const commands = [...page.matchAll(/djdev (rehearse (?:--\w+ \S+ ?)+)$/gm)].map(
    ([, line = '']) => line,
  );
  const read = commands.map((line) => parseArguments(line.trim().split(' '), {}, '0.1.0'));
  expect(read.map((request) => request.type === 'run' && Object.keys(request.options))).toEqual([
    ['report', 'history'],
    ['report', 'history'],
    ['report', 'history'],
  ]);
});
