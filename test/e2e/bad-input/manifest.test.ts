import { expect, test } from 'vitest';
import { openCheckout, type Rehearsal } from '../../support/checkout.ts';
import { kioskFiles, kioskManifest } from '../../support/kiosk.ts';
import { withProject } from '../../support/with-project.ts';

// What is wrong with a file is known without an engine: none answers here.
const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

/** A rehearsal of the kiosk with these files. */
async function rehearseWith(files: Readonly<Record<string, string>>): Promise<Rehearsal> {
  const whole = { ...kioskFiles, Dockerfile: 'FROM python:3.13-slim\nCOPY . .\n', ...files };
  await using kiosk = await openCheckout(await withProject(whole));
  return await kiosk.rehearse([], noEngine);
}

test('broken YAML', async () => {
  const manifest = kioskManifest.replace('  env:\n', '  env:\n    SENTRY_DSN: "https://x\n');
  const { exitCode, report, screen } = await rehearseWith({ 'djdev.yaml': manifest });
  expect({ exitCode, verdict: report.verdict, code: report.error?.code }).toEqual({
    exitCode: 2,
    verdict: 'error',
    code: 'DJ-MANIFEST-SYNTAX',
  });
  expect(screen).toMatchInlineSnapshot(`
    "✗ A quote is opened and never closed.
      djdev.yaml:4:27
      4 |     SENTRY_DSN: "https://x
        |                           ^
      → Close it on its line.
      DJ-MANIFEST-SYNTAX  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-manifest-syntax"
  `);
});

test('wrong indentation', async () => {
  const manifest = kioskManifest
    .replace('  web: {', ' web: {')
    .replace('processes:', 'processes:\n  worker: {}');
  const { exitCode, report, screen } = await rehearseWith({ 'djdev.yaml': manifest });
  expect([exitCode, report.error?.code]).toEqual([2, 'DJ-MANIFEST-SYNTAX']);
  expect(screen).toMatchInlineSnapshot(`
    "✗ The line before opens something that this line does not continue.
      djdev.yaml:7:1
      7 |  web: { port: 8000, health: /healthz/ }
        | ^
      → Close the bracket, or indent this line to belong to it.
      DJ-MANIFEST-SYNTAX  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-manifest-syntax"
  `);
});

test('an unknown key', async () => {
  const manifest = kioskManifest.replace('  smoke:', '  smokes:');
  const { exitCode, report, screen } = await rehearseWith({ 'djdev.yaml': manifest });
  expect([exitCode, report.verdict, report.error?.code]).toEqual([
    2,
    'error',
    'DJ-MANIFEST-INVALID',
  ]);
  expect(report.error?.location).toEqual({
    file: expect.stringMatching(/djdev\.yaml$/),
    line: 13,
    column: 3,
  });
  expect(screen).toMatchInlineSnapshot(`
    "✗ rehearse.smokes is not a key djdev knows.
      djdev.yaml:13:3
      13 |   smokes:
         |   ^
      → Did you mean “smoke”?
      DJ-MANIFEST-INVALID  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-manifest-invalid"
  `);
});

test('several problems at once', async () => {
  const manifest = kioskManifest
    .replace('port: 8000', 'port: eight')
    .replace('name: kiosk', 'name: The Kiosk!')
    .replace('services:', 'service:');
  const { exitCode, screen } = await rehearseWith({ 'djdev.yaml': manifest });
  expect(exitCode).toBe(2);
  expect(screen).toMatchInlineSnapshot(`
    "✗ djdev.yaml has 3 problems.

      name must be a name of lower-case letters, digits, dots, dashes and
      underscores, not the text “The Kiosk!”.
      djdev.yaml:1:7
      1 | name: The Kiosk!
        |       ^

      processes.web.port must be a port between 1 and 65535, not the text “eight”.
      djdev.yaml:6:16
      6 |   web: { port: eight, health: /healthz/ }
        |                ^

      service is not a key djdev knows.
      djdev.yaml:7:1
      7 | service:
        | ^
      → Did you mean “services”?

      DJ-MANIFEST-INVALID  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-manifest-invalid"
  `);
});

test('an env file that is not there', async () => {
  const manifest = kioskManifest.replace('app:\n', 'app:\n  env_file: .env.rehearsal\n');
  const { exitCode, report, screen } = await rehearseWith({ 'djdev.yaml': manifest });
  expect([exitCode, report.error?.code]).toEqual([2, 'DJ-ENV-FILE']);
  expect(screen).toMatchInlineSnapshot(`
    "✗ The env file ROOT/.env.rehearsal does not exist.
      djdev.yaml:3:3
      3 |   env_file: .env.rehearsal
        |   ^
      → Create it, or write { path: …, required: false } where it is named.
      DJ-ENV-FILE  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-env-file"
  `);
});

test('a Dockerfile that is not there', async () => {
  const manifest = kioskManifest.replace(
    'app:\n',
    'app:\n  build: { dockerfile: docker/Dockerfile }\n',
  );
  const { exitCode, report, screen } = await rehearseWith({ 'djdev.yaml': manifest });
  expect([exitCode, report.error?.code]).toEqual([2, 'DJ-DOCKERFILE-NOT-FOUND']);
  expect(screen).toMatchInlineSnapshot(`
    "✗ There is no readable Dockerfile at ROOT/docker/Dockerfile.
      djdev.yaml:3:12
      3 |   build: { dockerfile: docker/Dockerfile }
        |            ^
      → Correct the path, which starts at the directory of djdev.yaml.
      DJ-DOCKERFILE-NOT-FOUND  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-dockerfile-not-found"
  `);
});

test('a directory without a project', async () => {
  await using nothing = await openCheckout(await withProject({ 'README.md': '# Nothing here\n' }));
  const { exitCode, report, screen } = await nothing.rehearse([], noEngine);
  expect([exitCode, report.error?.code]).toEqual([2, 'DJ-PROJECT-NOT-FOUND']);
  expect(screen).toMatchInlineSnapshot(`
    "✗ No project was found: there is no djdev.yaml in ROOT and in
      the directories above it up to /, and no directory there has both a manage.py
      and a Dockerfile.
      → Go to the project, name it with -C DIR or -f FILE, or write a djdev.yaml
        that begins with “name: …”.
      DJ-PROJECT-NOT-FOUND  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-project-not-found"
  `);
});
