import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { connectTestEngine, describeWithEngine } from '../support/engine.ts';
import { lastLine, runDjdev } from '../support/spawn-djdev.ts';
import { unpackFiles } from '../support/tar.ts';
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

  test('--full tries the engine, leaves nothing, and --bundle holds no secret', async () => {
    await using project = await withProject({
      ...smallestProject,
      'djdev.yaml': 'name: kiosk\napp:\n  env:\n    MAIL_TOKEN: ${MAIL_TOKEN}\n',
      '.env': 'MAIL_TOKEN=do-not-share-this\n',
    });
    const args = ['doctor', '--full', '--json', '--bundle', 'help.tar.gz'];
    const { exitCode, stdout, stderr } = await runDjdev(args, { cwd: project.root });
    const { checks }: Result = JSON.parse(lastLine(stdout));
    const levels = Object.fromEntries(checks.map((one) => [one.subject, one.level]));
    expect({ exitCode, levels }).toMatchObject({
      exitCode: 0,
      levels: { build: 'pass', port: 'pass', clock: 'pass', files: 'pass' },
    });
    await using engine = await connectTestEngine();
    const left = await engine.listOwned({}, AbortSignal.timeout(20_000));
    expect(left.filter(({ ownership }) => ownership.project === 'djdev-doctor')).toEqual([]);

    const bundle = join(project.root, 'help.tar.gz');
    expect(stderr).toContain(bundle);
    expect((await stat(bundle)).mode & 0o777).toBe(0o600);
    const files = await unpackFiles(createReadStream(bundle).pipe(createGunzip()));
    expect(Object.keys(files).toSorted()).toEqual([
      'djdev-doctor/Dockerfile',
      'djdev-doctor/about.json',
      'djdev-doctor/doctor.json',
      'djdev-doctor/project.txt',
    ]);
    expect(files['djdev-doctor/project.txt']).toContain('MAIL_TOKEN');
    expect(JSON.stringify(files)).not.toContain('do-not-share-this');
  });
});
