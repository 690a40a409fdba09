import { expect, test } from 'vitest';
import { describeWithEngine } from '../support/engine.ts';
import { lastLine, runDjdev } from '../support/spawn-djdev.ts';
import { smallestProject, withProject } from '../support/with-project.ts';

interface Result {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly subject: string;
    readonly level: string;
    readonly fix?: string;
  }[];
}

async function examine(cwd: string, env: Record<string, string> = {}) {
  const { exitCode, stdout } = await runDjdev(['doctor', '--json'], { cwd, env });
  const { ok, checks }: Result = JSON.parse(lastLine(stdout));
  return {
    exitCode,
    ok,
    levels: Object.fromEntries(checks.map((one) => [one.subject, one.level])),
    checks,
  };
}

test('without an engine doctor says where it looked, and what to do', async () => {
  await using project = await withProject({ ...smallestProject, 'djdev.yaml': 'name: kiosk\n' });
  const env = { DOCKER_HOST: 'unix:///no/such/docker.sock' };
  const { exitCode, stdout, stderr } = await runDjdev(['doctor'], { cwd: project.root, env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' });
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /^✗ engine No Docker engine answers\. Tried unix:\/\/\/no\/such\/docker\.sock \(DOCKER_HOST\): there is no such socket\. → /,
  );
  expect(await examine(project.root, env)).toMatchObject({ exitCode: 3, ok: false });
});

describeWithEngine('with an engine', () => {
  test('all is well', async () => {
    await using project = await withProject({ ...smallestProject, 'djdev.yaml': 'name: kiosk\n' });
    const { exitCode, ok, levels } = await examine(project.root);
    expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
    expect(levels).toMatchObject({
      engine: 'pass',
      builder: 'pass',
      Node: 'pass',
      project: 'pass',
    });
  });

  test('a broken manifest is a usage error', async () => {
    await using project = await withProject({ ...smallestProject, 'djdev.yaml': 'nam: kiosk\n' });
    const { exitCode, ok, levels } = await examine(project.root);
    expect({ exitCode, ok }).toEqual({ exitCode: 2, ok: false });
    expect(levels).toMatchObject({ engine: 'pass', project: 'fail' });
  });

  test('outside of a project the machine is examined all the same', async () => {
    await using project = await withProject({});
    const { exitCode, ok, levels } = await examine(project.root);
    expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
    expect(levels).toMatchObject({ engine: 'pass', project: 'warn' });
  });
});
