import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import type { SpawnedDjdev } from '../support/spawn-djdev.ts';
import { openUpKiosk, upManifest } from '../support/up-kiosk.ts';

const manifest = upManifest
  .replace('  settings:', '  env_file: [.env.local]\n  settings:')
  .replace('command: python worker.py', 'command: sh -c "test ! -e stop && python worker.py"');

/** Requests without a pause, until asked how many there were and which of them failed. */
function startLoad(url: string): () => Promise<{ readonly count: number; failed: string[] }> {
  const over = new AbortController();
  let count = 0;
  const failed: string[] = [];
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      const settle = (problem?: string): void => {
        count += 1;
        if (problem !== undefined) failed.push(problem);
        resolve();
      };
      const request = http.get(url, { agent: false }, (response) => {
        response.resume();
        response.on('end', () =>
          settle(response.statusCode === 200 ? undefined : `${response.statusCode}`),
        );
        response.on('error', (error) => settle(error.message));
      });
      request.on('error', (error) => settle(error.message));
    });
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const runs = [run(), run()];
  return async () => {
    over.abort();
    await Promise.all(runs);
    return { count, failed };
  };
}

/** One stack whose image, environment and manifest change while it serves. */
describeWithEngine('rebuilds while djdev up shows the logs', () => {
  let kiosk: Checkout;
  let up: SpawnedDjdev;
  let url = '';
  let dockerfile = '';
  const status = async (): Promise<number> => (await fetch(`${url}healthz/`)).status;
  const containerOf = async (role: string): Promise<string> =>
    (await kiosk.run(['exec', role, 'hostname'])).stdout;

  beforeAll(async () => {
    kiosk = await openUpKiosk({
      'djdev.yaml': manifest,
      'requirements.txt': 'one\n',
      '.env.local': 'FEATURE_X=one\n',
      '.dockerignore': '.env*\ndjdev.yaml\nDockerfile\n',
    });
    const plain = await readFile(join(kiosk.root, 'Dockerfile'), 'utf8');
    const steps = 'COPY requirements.txt /tmp/\nRUN cp /tmp/requirements.txt /tmp/installed\n';
    dockerfile = plain.replace('COPY . .', `${steps}COPY . .`);
    // What does not boot at first is waited for, as it is later.
    await kiosk.write('Dockerfile', dockerfile.replace('"kiosk.wsgi"', '"--no-such-flag"'));
    up = kiosk.start(['up', '--migrate']);
    await up.waitForLine(/^✗ The process web ended with exit code 2/);
    await up.waitForLine(/^Waiting for the next edit\./);
    await kiosk.write('Dockerfile', dockerfile);
    const line = await up.waitForLine(/✓ web: http/);
    url = /http:\S+/.exec(line)?.[0] ?? '';
    await up.waitForLine(/^✓ recovered: The process web ended/);
    await up.waitForLine(/✓ web: in sync/);
    await up.waitForLine(/✓ worker: in sync/);
  });
  afterAll(async () => {
    await up[Symbol.asyncDispose]();
    await kiosk[Symbol.asyncDispose]();
  });

  test('no request fails while the image is replaced', async () => {
    const before = await containerOf('web');
    const endLoad = startLoad(`${url}healthz/`);
    await kiosk.write('requirements.txt', 'two\n');
    await up.waitForLine(/^→ requirements\.txt → rebuild: COPY at Dockerfile/);
    const isReplaced = async (): Promise<boolean> => (await containerOf('web')) !== before;
    while (!(await isReplaced())) await up.waitForLine(/^→ web: recreated/);
    // The one before ends after that, while requests go on.
    while ((await kiosk.listLeftovers()).filter((one) => one === 'container web').length > 1);
    const { count, failed } = await endLoad();
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(10);
    expect((await kiosk.run(['exec', 'web', 'cat', '/tmp/installed'])).stdout).toBe('two\n');
  });

  test('no request fails while a process is restarted', async () => {
    const started = async (): Promise<string> =>
      (await kiosk.run(['exec', 'web', 'stat', '-c', '%Y %z', '/proc/1'])).stdout;
    const before = await started();
    const endLoad = startLoad(`${url}healthz/`);
    expect((await kiosk.run(['restart', 'web'])).stdout).toBe('Restarted web.\n');
    const { count, failed } = await endLoad();
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(0);
    expect(await started()).not.toBe(before);
  });

  test('an env file is applied, and told by the names in it', async () => {
    const endLoad = startLoad(`${url}healthz/`);
    await kiosk.write('.env.local', 'FEATURE_X=two-and-secret\n');
    await up.waitForLine(/^→ \.env\.local changed$/);
    await up.waitForLine(/^→ \.env\.local → web recreated \(FEATURE_X changed\)$/);
    await up.waitForLine(/^→ \.env\.local → worker recreated \(FEATURE_X changed\)$/);
    expect((await endLoad()).failed).toEqual([]);
    const { stdout } = await kiosk.run(['exec', 'web', 'printenv', 'FEATURE_X']);
    expect(stdout).toBe('two-and-secret\n');
  });

  test('a Dockerfile that cannot be read or built leaves what runs', async () => {
    const before = await containerOf('web');
    await kiosk.write('Dockerfile', `${dockerfile}COPYY a b\n`);
    await up.waitForLine(/^✗ COPYY is not an instruction/);
    await kiosk.write('Dockerfile', `${dockerfile}RUN echo what went wrong; exit 7\n`);
    await up.waitForLine(/^ +\| what went wrong/);
    expect(await status()).toBe(200);
    await kiosk.write('Dockerfile', dockerfile);
    await up.waitForLine(/^✓ recovered: Dockerfile:\d+: .*RUN echo/);
    expect(await containerOf('web')).toBe(before);
  });

  test('an image that does not boot leaves what runs, and says its last words', async () => {
    const before = await containerOf('web');
    await kiosk.write('Dockerfile', dockerfile.replace('"kiosk.wsgi"', '"--no-such-flag"'));
    await up.waitForLine(/^✗ The process web ended .* The web that ran before goes on\./);
    await up.waitForLine(/^ +\| gunicorn: error: unrecognized arguments: --no-such-flag/);
    expect(await status()).toBe(200);
    expect(await containerOf('web')).toBe(before);
    await kiosk.write('Dockerfile', dockerfile);
    await up.waitForLine(/^✓ recovered: The process web ended .* goes on\./);
    expect(await status()).toBe(200);
  });

  test('a process that ends is named until the next edit starts it again', async () => {
    await kiosk.run(['exec', '-u', 'root', 'worker', 'sh', '-c', 'touch stop; kill -KILL -1']);
    await up.waitForLine(/^✗ worker: ended with exit code \d+/);
    expect(await status()).toBe(200);
    await kiosk.write('worker.py', `${await readFile(join(kiosk.root, 'worker.py'), 'utf8')}\n`);
    await up.waitForLine(/^✓ worker: recovered: ended with exit code/);
  });

  test('nothing of it is left behind', async () => {
    up.child.kill('SIGINT');
    expect((await up.exited).exitCode).toBe(130);
    await kiosk.run(['down', '-v', '--yes']);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });
});
