import { expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import { describeWithEngine } from '../../support/engine.ts';
import {
  openRehearsal,
  type RehearsalTest,
  serverFiles,
  withoutDjango,
} from './rehearse-project.ts';

const healthy = 'return 200, {}, "ok"';

describeWithEngine('what a rehearsal lives among', () => {
  test('other services are reached by their names, at the address the variables say', async () => {
    await using service = await openRehearsal(serverFiles('return 200, {}, "pong"'));
    const { report } = await service.run({ only: ['build'] });
    expect(report.verdict).toBe('pass');
    const ask = `
from urllib.request import urlopen
return 200, {}, urlopen("http://" + os.environ["PEER"] + ":8000/", timeout=5).read().decode()`;
    const files = serverFiles(ask.trim(), {
      manifest:
        'app: { env: { PEER: "${services.peer.host}" } }\n' +
        'rehearse: { smoke: [{ get: /, contains: pong }] }\n',
    });
    await using t = await openRehearsal(files);
    const manifest = files['djdev.yaml'] ?? '';
    const peer = `peer: { image: "${report.image?.reference}" }`;
    await t.project.write(
      'djdev.yaml',
      manifest.replace('postgres: false', `postgres: false, ${peer}`),
    );
    const { findings, outcomes, leftovers } = await t.run({ skip: withoutDjango });
    expect(findings).toEqual([]);
    expect(outcomes).toMatchObject({ boot: 'passed', smoke: 'passed' });
    expect(leftovers).toEqual([]);
  });

  test('an application that ends while it is tested fails, and the run still ends well', async () => {
    const handle = 'if path == "/die/":\n    os._exit(9)\nreturn 200, {}, "ok"';
    const manifest = 'rehearse: { smoke: [{ get: /die/ }, { get: / }] }\n';
    await using t = await openRehearsal(serverFiles(handle, { manifest }));
    const { report, findings, leftovers } = await t.run({ skip: withoutDjango });
    expect(report.verdict).toBe('fail');
    expect(report.error).toBeUndefined();
    expect(findings.map(({ code, title }) => `${code}: ${title}`)).toEqual([
      'smoke-failed: GET /die/: expected status 200: the connection was closed without an answer.',
      expect.stringMatching(/^smoke-failed: GET \/: expected status 200: the connection was/),
      'shutdown-exit-code: The production process ended by itself with exit code 9.',
    ]);
    expect(leftovers).toEqual([]);
  });

  test('a container that somebody else removes is an end like any other', async () => {
    await using t = await openRehearsal(serverFiles(healthy, { start: 'time.sleep(3600)' }));
    const { findings, leftovers } = await t.run({ skip: withoutDjango }, (event) => {
      if (event.type === 'step-started' && event.step === 'boot') void removeWeb(t);
    });
    expect(findings).toMatchObject([{ code: 'boot-crashed' }]);
    expect(findings[0]?.hint).toMatch(/^SIGKILL ended it/);
    expect(leftovers).toEqual([]);
  });
});

/** Waits for the running web container of this test's project and removes it. */
async function removeWeb({ engine, project }: RehearsalTest): Promise<void> {
  const { id } = await loadProject({ cwd: project.root, shell: {} });
  const signal = AbortSignal.timeout(30_000);
  for (;;) {
    const owned = await engine.listOwned({ worktree: id }, signal);
    const web = owned.find(({ ownership, running }) => ownership.role === 'web' && running);
    if (web) return engine.removeOwned(web, signal);
    await systemClock.sleep(100, signal);
  }
}
