import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { openExample } from '../support/open-example.ts';
import { type DjdevResult, startDjdev, type SpawnedDjdev } from '../support/spawn-djdev.ts';
import { type TemporaryProject, withProject } from '../support/with-project.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse((await run('cat', [join(root, 'package.json')])).stdout);
/** Where no Node is that these tests know of: the executable has to bring its own. */
const withoutNode = '/usr/sbin:/sbin';

describeWithEngine('djdev without Node', () => {
  let place: TemporaryProject;
  let shop: Checkout;
  let executable: string;
  beforeAll(async () => {
    [place, shop] = await Promise.all([withProject({}), openExample('shop')]);
    await run(process.execPath, ['bin/executable.js', '--wheel', '--out', place.root], {
      cwd: root,
    });
    executable = join(place.root, 'djdev');
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  const start = (args: readonly string[], cache = 'cache', path?: string): SpawnedDjdev =>
    startDjdev(args, {
      executable,
      cwd: shop.root,
      env: { XDG_CACHE_HOME: join(place.root, cache), ...(path !== undefined && { PATH: path }) },
    });
  const finish = async (...args: Parameters<typeof start>): Promise<DjdevResult> =>
    start(...args).exited;

  test('two first starts at once both run, and unpack one folder', async () => {
    const results = await Promise.all([1, 2].map(() => finish(['--version'], 'new', withoutNode)));
    for (const { exitCode, stdout, stderr } of results) {
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 0,
        stdout: `${manifest.version}\n`,
        stderr: '',
      });
    }
    const folders = await readdir(join(place.root, 'new/djdev'));
    expect(folders).toEqual([expect.stringMatching(`^${manifest.version}-[0-9a-f]{16}$`)]);
  });

  test('a cache that cannot be written is named, with what to do', async () => {
    const { exitCode, stderr } = await finish(['--version'], 'djdev/below-a-file');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^djdev could not start: .*\n→ It unpacks itself below XDG_CACHE_HOME/);
  });

  test('it rehearses an example', async () => {
    const { exitCode, stdout } = await finish(['rehearse', '--only', 'settings', '--json']);
    const report = JSON.parse(stdout);
    const settings = report.steps.find(({ id }: { id: string }) => id === 'settings');
    expect([exitCode, report.verdict, settings.outcome]).toEqual([0, 'pass', 'passed']);
  });

  test('killed, it still leaves nothing on the engine', async () => {
    await using djdev = start(['rehearse', '--json', '--progress', 'json']);
    await djdev.waitForLine(/"type":"step-started","step":"migrate"/);
    djdev.child.kill('SIGKILL');
    await djdev.exited;
    await expect.poll(() => shop.listLeftovers(), { timeout: 60_000, interval: 200 }).toEqual([]);
  });

  test('the wheel installs a djdev that pip and pipx know', async () => {
    const [wheel = ''] = globSync(join(place.root, 'djdev-*.whl'));
    const environment = join(place.root, 'venv');
    const home = join(place.root, 'home');
    await mkdir(home);
    const env = { ...process.env, HOME: home, PIPX_HOME: join(home, 'pipx') };
    await run('python3', ['-m', 'venv', environment]);
    await run(join(environment, 'bin/pip'), ['install', '--quiet', wheel, 'pipx==1.8.0'], { env });
    const installed = await run(join(environment, 'bin/djdev'), ['--version'], { env });
    expect(installed.stdout).toBe(`${manifest.version}\n`);
    const pipx = ['run', '--spec', wheel, 'djdev', '--version'];
    const { stdout } = await run(join(environment, 'bin/pipx'), pipx, { env });
    expect(stdout).toBe(`${manifest.version}\n`);
  });
});
