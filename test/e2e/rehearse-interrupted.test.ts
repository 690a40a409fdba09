import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { type Checkout, openKiosk } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { buildKioskBase } from '../support/kiosk-base.ts';
import { kioskDockerfile, kioskFiles, kioskManifest } from '../support/kiosk.ts';
import { lastLine, type SpawnedDjdev } from '../support/spawn-djdev.ts';

/** What in a run's events shows that it is in the middle of the step. */
const points = {
  build: /"text":"[^"]*sleep 300/,
  database: /"type":"step-started","step":"database"/,
  migrate: /stalling in migrate/,
  boot: /stalling in boot/,
  smoke: /stalling in smoke/,
} as const;
type Point = keyof typeof points;
const pointNames = Object.keys(points) as readonly Point[];

/** A kiosk that stops for minutes where the variable STALL says. */
const files = {
  'stall.py': `import os, time

def stall(point):
    if os.environ.get("STALL") == point:
        print(f"stalling in {point}", flush=True)
        time.sleep(300)
`,
  'stock/migrations/0002_fill.py': kioskFiles['stock/migrations/0002_fill.py'].replace(
    'def fill(apps, schema_editor):\n',
    'def fill(apps, schema_editor):\n    from stall import stall\n    stall("migrate")\n',
  ),
  'kiosk/wsgi.py': `from stall import stall\nstall("boot")\n${kioskFiles['kiosk/wsgi.py']}`,
  'kiosk/urls.py': kioskFiles['kiosk/urls.py'].replace(
    'def home(request):\n',
    'def home(request):\n    from stall import stall\n    stall("smoke")\n',
  ),
};

/** A run that has come to the point, and would be there for minutes. */
async function runTo(kiosk: Checkout, point: Point): Promise<SpawnedDjdev> {
  const dockerfile = kioskDockerfile(await buildKioskBase());
  const pause = `RUN echo ${randomBytes(4).toString('hex')} && sleep 300\nUSER`;
  const isBuild = point === 'build';
  await kiosk.write('Dockerfile', isBuild ? dockerfile.replace('USER', pause) : dockerfile);
  const manifest = kioskManifest.replace('  env:\n', `  env:\n    STALL: ${point}\n`);
  await kiosk.write('djdev.yaml', manifest);
  const djdev = kiosk.start(['rehearse', '--json', '--progress', 'json']);
  try {
    await djdev.waitForLine(points[point]);
  } catch (error) {
    await djdev[Symbol.asyncDispose]();
    throw error;
  }
  return djdev;
}

/** Waits until the kinds of things are gone from the engine; answers what is left after `ms`. */
async function leftAfter(kiosk: Checkout, kind: string, ms: number): Promise<readonly string[]> {
  const deadline = performance.now() + ms;
  for (;;) {
    const left = (await kiosk.listLeftovers()).filter((name) => name.startsWith(kind));
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(100);
  }
}

describeWithEngine('a rehearsal that is ended from outside', () => {
  let kiosk: Checkout;
  beforeAll(async () => {
    kiosk = await openKiosk(files);
    // The image is there, so that each test comes to its point at once.
    await kiosk.run(['build']);
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  for (const point of pointNames) {
    test(`Ctrl-C at ${point} leaves nothing behind`, async () => {
      await using djdev = await runTo(kiosk, point);
      djdev.child.kill('SIGINT');
      const { exitCode, stdout } = await djdev.exited;
      const left = await kiosk.listLeftovers();
      const report: Report = JSON.parse(lastLine(stdout));
      const outcome = report.steps.find(({ id }) => id === point)?.outcome;
      expect({ exitCode, verdict: report.verdict, outcome, left }).toEqual({
        exitCode: 130,
        verdict: 'interrupted',
        outcome: 'interrupted',
        left: [],
      });
    });

    test(`kill -9 at ${point} ends its containers; the next run finds a clean engine`, async () => {
      await using djdev = await runTo(kiosk, point);
      djdev.child.kill('SIGKILL');
      await djdev.exited;
      expect(await leftAfter(kiosk, 'container', 3000)).toEqual([]);
      const next = await kiosk.run(['rehearse', '--only', 'preflight']);
      expect([next.exitCode, await kiosk.listLeftovers()]).toEqual([0, []]);
    });
  }

  test('SIGTERM is as gentle as Ctrl-C, and has an exit code of its own', async () => {
    await using djdev = await runTo(kiosk, 'migrate');
    djdev.child.kill('SIGTERM');
    const { exitCode, stdout } = await djdev.exited;
    const report: Report = JSON.parse(lastLine(stdout));
    expect([exitCode, report.verdict]).toEqual([143, 'interrupted']);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });
});
