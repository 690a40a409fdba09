import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { lastLine, runDjdev } from '../support/spawn-djdev.ts';
import { smallestProject, withProject } from '../support/with-project.ts';

const docs = 'https://github.com/djdev/djdev/blob/main/docs/errors.md';
const files = { ...smallestProject, 'djdev.yaml': 'name: kiosk\n' };
const noEngine = { DOCKER_HOST: 'tcp://127.0.0.1:9' };

/** Exit code and all that a person sees. */
async function see(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  await using project = await withProject(files);
  const { exitCode, stdout, stderr } = await runDjdev(args, { cwd: project.root, env });
  expect(stdout).toBe('');
  return `${exitCode}\n${stderr.replaceAll(project.root, 'PROJECT')}`;
}

test('unknown commands, options, values and steps are usage errors with what was meant', async () => {
  expect(await see(['rehears'])).toBe(
    `2\n✗ Unknown command 'rehears'.\n  → Did you mean rehearse?\n  DJ-USAGE  ${docs}#dj-usage\n`,
  );
  expect(await see(['rehearse', '--kep'])).toBe(
    `2\n✗ Unknown option '--kep'.\n  → Did you mean --keep?\n  DJ-USAGE  ${docs}#dj-usage\n`,
  );
  expect(await see(['rehearse', '--fail-on', 'warning'])).toBe(
    `2\n✗ --fail-on cannot be "warning": it is one of warn, fail.\n  DJ-USAGE  ${docs}#dj-usage\n`,
  );
  expect(await see(['rehearse', '--only', 'bild'])).toBe(
    `2\n✗ There is no step “bild” in a rehearsal.\n  → Did you mean “build”?\n  DJ-USAGE  ${docs}#dj-usage\n`,
  );
  expect(await see(['rehearse', '--timeout', 'soon'])).toBe(
    `2\n✗ --timeout cannot be "soon": it is a duration such as 90s or 10m.\n  DJ-USAGE  ${docs}#dj-usage\n`,
  );
  expect(await see(['-C', 'nowhere', 'config'])).toBe(
    `2\n✗ --cwd names PROJECT/nowhere, and there is no such directory.\n  DJ-USAGE  ${docs}#dj-usage\n`,
  );
});

test('options come from the environment too', async () => {
  expect(await see(['rehearse'], { DJDEV_ONLY: 'bild' })).toMatch(/^2\n✗ There is no step “bild”/);
  expect(await see(['config'], { DJDEV_CWD: 'nowhere' })).toMatch(
    /^2\n✗ --cwd names PROJECT\/nowhere/,
  );
});

test('without an engine a rehearsal is an error of the environment, and the report says so', async () => {
  await using project = await withProject(files);
  const args = ['rehearse', '--json'];
  const { exitCode, stdout, stderr } = await runDjdev(args, { cwd: project.root, env: noEngine });
  expect(exitCode).toBe(3);
  expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
    /^✗ No Docker engine answers\. Tried tcp:\/\/127\.0\.0\.1:9 \(DOCKER_HOST\): nothing is listening there\. → .+ DJ-ENGINE-UNREACHABLE /,
  );
  const report: Report = JSON.parse(stdout);
  expect(report).toMatchObject({
    version: 1,
    verdict: 'error',
    steps: [],
    findings: [],
    error: { code: 'DJ-ENGINE-UNREACHABLE' },
  });
});

test('a plan needs no engine', async () => {
  await using project = await withProject(files);
  const options = { cwd: project.root, env: noEngine };
  const text = await runDjdev(['rehearse', '--plan', '--only', 'build'], options);
  expect([text.exitCode, text.stderr]).toEqual([0, '']);
  expect(text.stdout).toMatch(/^djdev \d.* would rehearse kiosk:\n\n {2}preflight/);
  expect(text.stdout).toMatch(/^ {2}boot +not part of --only build$/m);
  const json = await runDjdev(['rehearse', '--plan', '--json'], options);
  expect(JSON.parse(json.stdout)).toMatchObject({ version: 1, project: 'kiosk' });
});

test('colour is for terminals, and for who asks for it', async () => {
  const escape = '\u001B[31m';
  expect(await see(['rehears'])).not.toContain(escape);
  expect(await see(['rehears'], { FORCE_COLOR: '1' })).toContain(escape);
  expect(await see(['rehears'], { FORCE_COLOR: '1', NO_COLOR: '1' })).toContain(escape);
  expect(
    await see(['config', '--color', 'never', '-C', 'nowhere'], { FORCE_COLOR: '1' }),
  ).not.toContain(escape);
});

test('--debug shows the stack, and only then', async () => {
  expect(await see(['rehearse'], noEngine)).not.toMatch(/\n +at /);
  expect(await see(['rehearse', '--debug'], noEngine)).toMatch(/\n +at /);
});

test('a reader that goes away is no failure', async () => {
  await using project = await withProject(files);
  const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));
  const child = spawn(process.execPath, [djdev, 'config'], { cwd: project.root });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [exitCode] = await once(child, 'close');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('what is written to a pipe arrives whole', async () => {
  const env = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [`SETTING_${index}`, `value ${index}`]),
  );
  const lines = Object.entries(env).map(([name, value]) => `    ${name}: ${value}\n`);
  await using project = await withProject({
    ...smallestProject,
    'djdev.yaml': `name: kiosk\napp:\n  env:\n${lines.join('')}`,
  });
  const { exitCode, stdout } = await runDjdev(['config', '--json'], { cwd: project.root });
  expect(exitCode).toBe(0);
  expect(JSON.parse(lastLine(stdout)).project.app.env).toMatchObject(env);
});

test('a bug in djdev says so, and can be reported without giving secrets away', async () => {
  // Fails behind the back of every command, as soon as djdev listens for that.
  const failure =
    "process.on('newListener',(name)=>{if(name==='unhandledRejection')" +
    'setImmediate(()=>Promise.reject(new TypeError(`no hunter22 in ${process.env.HOME}/x`)))})';
  const env = {
    HOME: '/home/somebody',
    API_TOKEN: 'hunter22',
    NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(failure)}"`,
  };
  const text = await see(['doctor'], env);
  expect(text).toMatch(
    /^70\n✗ djdev met something it did not expect\. This is a bug in djdev, not in your\n {2}project\.\n {2}TypeError: no \[redacted\] in ~\/x\n {2}\| djdev \d/,
  );
  expect(text).toMatch(/\n {4}https:\/\/github\.com\/djdev\/djdev\/issues\/new\?title=TypeError/);
  expect(text).toMatch(/\n {2}DJ-BUG {2}https/);
  expect(text).not.toMatch(/\n +at /);
  expect(text).not.toMatch(/hunter22|somebody/);
  const debugged = await see(['doctor', '--debug'], env);
  expect(debugged).toMatch(/\nTypeError: no \[redacted\] in .*\n +at /);
});
