import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { type ReloadContainer, startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const saves = 50;
const betweenSavesMs = 200;

/** Asks one after another until `done`; what is not a 200 with the page's text is a failure. */
async function load(web: ReloadContainer, done: AbortSignal): Promise<LoadCount> {
  let requests = 0;
  const failures: string[] = [];
  while (!done.aborted) {
    requests += 1;
    try {
      const { status, body } = await web.get('/');
      if (status !== 200 || !/^v\S+ m\S+ settings1$/.test(body)) failures.push(body.slice(0, 200));
    } catch (error) {
      failures.push(String(error));
    }
  }
  return { requests, failures };
}

interface LoadCount {
  readonly requests: number;
  readonly failures: readonly string[];
}

describeWithEngine('under steady load', () => {
  it.each([
    { name: 'sync', args: [] },
    { name: 'gthread', args: ['--threads', '4'] },
    { name: 'uvicorn worker', args: ['-k', 'uvicorn_worker.UvicornWorker'] },
  ])('no request fails while a file is saved every 200 ms ($name)', async ({ name, args }) => {
    await using test = await openEngineTest();
    const application = name === 'uvicorn worker' ? 'site_config.asgi' : 'site_config.wsgi';
    const command = ['gunicorn', application, '--bind', '0.0.0.0:8000', ...args];
    const web = await startReloadContainer(test, smallProject, command);
    await web.waitForAnswer('/');
    const { 'pages/views.py': views = '', 'pages/models.py': models = '' } = smallProject;

    const done = new AbortController();
    const clients = [load(web, done.signal), load(web, done.signal)];
    const reloads: Promise<string>[] = [];
    for (let save = 0; save < saves; save += 1) {
      const next = systemClock.sleep(betweenSavesMs, test.signal);
      const files =
        save % 4 === 3
          ? { 'pages/models.py': models.replace('model1', `m${save}`) }
          : { 'pages/views.py': views.replace('view1', `v${save}`) };
      const paths = await web.edit(files);
      reloads.push(web.reloader.reload(paths).then(({ error }) => error?.message ?? 'taken'));
      await next;
    }
    const outcomes = new Set(await Promise.all(reloads));
    done.abort();
    const counts = await Promise.all(clients);
    expect(counts.flatMap(({ failures }) => failures)).toEqual([]);
    expect(outcomes).toEqual(new Set(['taken']));
    expect(counts.every(({ requests }) => requests > 1)).toBe(true);
  });
});
