import { expect, test } from 'vitest';
import { loadProject } from '../../src/project/load-project.ts';
import type { Report } from '../../src/report/report.ts';
import { connectTestEngine, describeWithEngine } from '../support/engine.ts';
import { lastLine, runDjdev, startDjdev } from '../support/spawn-djdev.ts';
import { leftoversOf } from '../support/sweep.ts';
import { withProject } from '../support/with-project.ts';

// A build that takes longer than any test waits: the run is in the middle of it.
const slowProject = {
  'manage.py': '',
  'djdev.yaml': 'name: kiosk\nservices:\n  postgres: {}\n',
  Dockerfile: `FROM python:3.13-slim\nRUN echo ${Date.now()} && sleep 300\nCOPY . .\nCMD ["true"]\n`,
};
const asleep = /RUN echo \d+ && sleep 300/;

/** What of the checkout is on the engine: nothing, after every way in which a run can end. */
async function listLeftovers(root: string): Promise<readonly string[]> {
  await using engine = await connectTestEngine();
  const { id } = await loadProject({ cwd: root, shell: {} });
  return (await leftoversOf(engine, id)).map(({ kind, name }) => `${kind} ${name}`);
}

describeWithEngine('a run that is ended from outside', () => {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    test(`${signal} stops it gracefully, and the report says so`, async () => {
      await using project = await withProject(slowProject);
      await using djdev = startDjdev(['rehearse', '--json'], { cwd: project.root });
      await djdev.waitForLine(asleep);
      djdev.child.kill(signal);
      const ended = await djdev.exited;
      expect([ended.exitCode, ended.signal]).toEqual([exitCode, null]);
      const report: Report = JSON.parse(lastLine(ended.stdout));
      expect(report.verdict).toBe('interrupted');
      expect(report.steps.find(({ id }) => id === 'build')?.outcome).toBe('interrupted');
      expect(ended.stderr).toMatch(
        /^■ Interrupted before it was clear whether kiosk would deploy/m,
      );
      expect(await listLeftovers(project.root)).toEqual([]);
    });
  }

  test('the second Ctrl-C ends it at once', async () => {
    await using project = await withProject(slowProject);
    await using djdev = startDjdev(['rehearse'], { cwd: project.root });
    await djdev.waitForLine(asleep);
    djdev.child.kill('SIGINT');
    await djdev.waitForLine(/Ctrl-C again stops at once/);
    djdev.child.kill('SIGINT');
    const { exitCode } = await djdev.exited;
    expect(exitCode).toBe(130);
  });

  test('--timeout ends it with an exit code of its own', async () => {
    await using project = await withProject(slowProject);
    const args = ['rehearse', '--json', '--timeout', '4s'];
    const { exitCode, stdout } = await runDjdev(args, { cwd: project.root });
    const report: Report = JSON.parse(lastLine(stdout));
    expect([exitCode, report.verdict, report.error?.code]).toEqual([4, 'error', 'DJ-TIMEOUT']);
    expect(await listLeftovers(project.root)).toEqual([]);
  });
});
