import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describeWithEngine, testImage } from '../../../support/engine.ts';
import { builders, openBuildTest } from './build-test.ts';

// Steps of a build are processes of this machine only where the engine is on it.
const canSeeSteps = process.platform === 'linux' && process.getuid?.() === 0;

describeWithEngine('aborting a build', () => {
  describe.each(builders)('with $name', ({ buildx }) => {
    test.runIf(canSeeSteps)('ends the running step on the engine', async () => {
      const seconds = String(randomInt(10 ** 6, 10 ** 7));
      await using project = await openBuildTest(buildx, {
        Dockerfile: `FROM ${testImage}\nRUN echo started && sleep ${seconds}\n`,
      });
      const abort = new AbortController();
      const reason = new Error('Ctrl-C');
      let abortedMs = 0;
      const build = project.build(
        {},
        {
          signal: abort.signal,
          onLine: () => {
            abortedMs = performance.now();
            abort.abort(reason);
          },
        },
      );
      await expect(build).rejects.toBe(reason);
      expect(performance.now() - abortedMs).toBeLessThan(3000);
      while (await isRunning(`sleep ${seconds}`)) {
        expect(performance.now() - abortedMs).toBeLessThan(3000);
        await delay(20);
      }
      // The same project builds again at once.
      await project.write({ Dockerfile: `FROM ${testImage}\nRUN true\n` });
      expect((await project.build()).outcome.type).toBe('built');
    });

    test.runIf(canSeeSteps)('kill -9 of djdev ends it too', async () => {
      const seconds = String(randomInt(10 ** 6, 10 ** 7));
      await using project = await openBuildTest(buildx, {
        Dockerfile: `FROM ${testImage}\nRUN echo started && sleep ${seconds}\n`,
      });
      const script = fileURLToPath(new URL('build-until-killed.ts', import.meta.url));
      const child = spawn(process.execPath, [script, buildx ?? '', project.context], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      expect(await isRunning(`sleep ${seconds}`)).toBe(true);
      child.kill('SIGKILL');
      const killedMs = performance.now();
      while (await isRunning(`sleep ${seconds}`)) {
        expect(performance.now() - killedMs).toBeLessThan(5000);
        await delay(20);
      }
    });

    test('before the build has begun, nothing is built', async () => {
      await using project = await openBuildTest(buildx, { Dockerfile: `FROM ${testImage}\n` });
      const reason = new Error('Ctrl-C');
      await expect(project.build({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });
  });
});

async function isRunning(command: string): Promise<boolean> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.some((line) => line.replaceAll('\0', ' ').trim() === command);
}
