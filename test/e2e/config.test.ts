import { expect, test } from 'vitest';
import { lastLine, runDjdev } from '../support/spawn-djdev.ts';
import { smallestProject, withProject } from '../support/with-project.ts';

const docs = 'https://github.com/djdev/djdev/blob/main/docs/errors.md';

test('a project without a manifest works on what its files say, and says so', async () => {
  await using project = await withProject();
  const { exitCode, stdout, stderr } = await runDjdev(['config', '-p', 'kiosk'], {
    cwd: project.root,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^name: kiosk # --project-name$/m);
  expect(stdout).toMatch(/dockerfile: Dockerfile # found Dockerfile/);
});

test('secrets are not printed, neither for people nor for programs', async () => {
  await using project = await withProject({
    ...smallestProject,
    'djdev.yaml':
      'name: kiosk\napp:\n  env_file: [.env]\n  env:\n    API_TOKEN: { secret: true }\n    GREETING: "hello ${API_TOKEN}"\n',
    '.env': 'API_TOKEN=tok-3n-of-kiosk\n',
  });
  for (const args of [['config'], ['config', '--json'], ['config', '--debug']]) {
    const { exitCode, stdout, stderr } = await runDjdev(args, { cwd: project.root });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).not.toMatch(/tok-3n/);
    expect(stdout).toMatch(/API_TOKEN/);
  }
});

test('--json is one line', async () => {
  await using project = await withProject({ ...smallestProject, 'djdev.yaml': 'name: kiosk\n' });
  const { stdout } = await runDjdev(['config', '--json'], { cwd: project.root });
  expect(stdout.trimEnd().split('\n').length).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1 });
});

test('YAML that cannot be read is shown where it breaks', async () => {
  await using project = await withProject({
    ...smallestProject,
    'djdev.yaml': 'name: kiosk\napp:\n  settings: {dev: [\n  x: 1\n',
  });
  const { exitCode, stdout, stderr } = await runDjdev(['config'], { cwd: project.root });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe(
    `✗ The line before opens something that this line does not continue.
  djdev.yaml:4:3
  4 |   x: 1
    |   ^
  → Close the bracket, or indent this line to belong to it.
  DJ-MANIFEST-SYNTAX  ${docs}#dj-manifest-syntax
`,
  );
});

test('every wrong key is shown at once, with what was meant', async () => {
  await using project = await withProject({
    ...smallestProject,
    'djdev.yaml': 'name: kiosk\nap:\n  env: {}\nrehearse:\n  smok: []\n',
  });
  const { exitCode, stderr } = await runDjdev(['config'], { cwd: project.root });
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    `✗ djdev.yaml has 2 problems.

  ap is not a key djdev knows.
  djdev.yaml:2:1
  2 | ap:
    | ^
  → Did you mean “app”?

  rehearse.smok is not a key djdev knows.
  djdev.yaml:5:3
  5 |   smok: []
    |   ^
  → Did you mean “smoke”?

  DJ-MANIFEST-INVALID  ${docs}#dj-manifest-invalid
`,
  );
});

test('for programs an error is the last line of stdout', async () => {
  await using project = await withProject({});
  const { exitCode, stdout } = await runDjdev(['config', '--json'], { cwd: project.root });
  expect(exitCode).toBe(2);
  expect(JSON.parse(lastLine(stdout))).toMatchObject({
    version: 1,
    verdict: 'error',
    error: { code: 'DJ-PROJECT-NOT-FOUND' },
  });
});
