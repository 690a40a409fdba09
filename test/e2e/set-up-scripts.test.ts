import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const bin = resolve(import.meta.dirname, '../../bin');

function run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawnSync(script, args, {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return {
    exitCode: child.status,
    stdout: child.stdout.trimEnd(),
    stderr: child.stderr.trimEnd().split('\n'),
  };
}

test('an address without an engine is named, and nothing is installed', () => {
  const { exitCode, stdout, stderr } = run(join(bin, 'engine'), ['up'], {
    DOCKER_HOST: 'unix:///nowhere.sock',
  });

  // The first line is the refusal in the words of the docker CLI, which change with its version.
  expect({ exitCode, stdout, advice: stderr.slice(-2) }).toEqual({
    exitCode: 3,
    stdout: '',
    advice: [
      'engine: no engine answers at DOCKER_HOST=unix:///nowhere.sock.',
      'engine: Start that engine, or unset it to use the default socket.',
    ],
  });
});

test('the scripts find their checkout through a symlink and from any directory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'djdev-scripts-'));
  try {
    for (const script of ['engine', 'test']) {
      symlinkSync(join(bin, script), join(directory, script));
    }

    const engine = run(join(directory, 'engine'), ['no-such-command']);
    const tests = run(join(directory, 'test'), ['no-such-part']);

    expect([engine.exitCode, tests.exitCode]).toEqual([2, 2]);
    expect(tests.stderr[1]).toBe(
      '  bin/test                      all: check, unit, integration, e2e, matrix',
    );
    expect(run(join(directory, 'engine'), ['holds']).exitCode).toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
