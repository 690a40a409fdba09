import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { smallestProject, withProject } from '../support/with-project.ts';

interface ActionStep {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly ActionStep[] };
}

const root = resolve(import.meta.dirname, '../..');
const action: Action = parse(await readFile(join(root, 'action.yml'), 'utf8'));

/** What the runner puts in place of `${{ … }}`, for the values that it knows. */
function evaluate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The runner knows no ${name}.`);
    return value;
  });
}

test('the action rehearses, and hands on the exit code, the outputs and the report', async () => {
  const step = action.runs.steps.find(({ id }) => id === 'rehearse');
  await using project = await withProject(smallestProject);
  await using runner = await withProject({ output: '', summary: '' });
  const values = {
    'runner.temp': runner.root,
    'inputs.command': `${process.execPath} ${join(root, 'bin/djdev.js')}`,
    'inputs.arguments': '--fail-on warn --progress plain',
  };
  const env = Object.entries(step?.env ?? {}).map(([name, text]) => [name, evaluate(text, values)]);
  // As the runner starts a step whose shell is bash.
  const ended = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''],
    {
      cwd: project.root,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: runner.root,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: project.root,
        GITHUB_OUTPUT: join(runner.root, 'output'),
        GITHUB_STEP_SUMMARY: join(runner.root, 'summary'),
        DOCKER_HOST: 'unix:///nowhere.sock',
        ...Object.fromEntries(env),
      },
    },
  );
  expect(ended.status, ended.stderr).toBe(3);
  const output = await readFile(join(runner.root, 'output'), 'utf8');
  const report = join(runner.root, 'djdev');
  expect(output).toBe(`verdict=error\nproblems=0\nwarnings=0\nreport=${report}\n`);
  const summary = await readFile(join(report, 'summary.md'), 'utf8');
  expect(summary.split('\n')[0]).toMatch(/^<!-- djdev rehearse/);
  expect(await readFile(join(runner.root, 'summary'), 'utf8')).toBe(summary);
});

test('every script of the action is one that bash understands', () => {
  for (const { run } of action.runs.steps) {
    if (run === undefined) continue;
    const { status, stderr } = spawnSync('bash', ['-n', '-c', run], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }
});

test('no input is part of a script, and other actions are pinned', () => {
  for (const { run = '', uses } of action.runs.steps) {
    expect(run).not.toContain('${{');
    if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  }
  const promised = Object.values(action.outputs).map(
    ({ value }) => /outputs\.(\w+)/.exec(value)?.[1],
  );
  expect(promised).toEqual(['verdict', 'problems', 'warnings', 'report']);
});
