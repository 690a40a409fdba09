import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { readLearned } from '../../../src/reload/seed-reload.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { type ReloadContainer, startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const command = ['gunicorn', 'site_config.wsgi', '--bind', '0.0.0.0:8000'];
const { 'pages/views.py': views = '' } = smallProject;

function notesOf({ events }: ReloadContainer): readonly unknown[] {
  return events.map((event) => (event.type === 'reload-noted' ? event.note.code : event));
}

describeWithEngine('what no fork survives', () => {
  it('a thread started in ready(): every edit loads the whole application', async () => {
    await using test = await openEngineTest();
    const files = {
      ...smallProject,
      'pages/apps.py': `import threading, time
from django.apps import AppConfig
class PagesConfig(AppConfig):
    name = "pages"
    def ready(self):
        threading.Thread(target=time.sleep, args=(600,), name="exporter", daemon=True).start()
`,
    };
    const web = await startReloadContainer(test, files, command);
    await web.waitForAnswer('/');
    for (const view of ['view2', 'view3']) {
      const paths = await web.edit({ 'pages/views.py': views.replace('view1', view) });
      expect(await web.reloader.reload(paths)).toMatchObject({ kind: 'warm' });
      expect((await web.get('/')).body).toBe(`${view} model1 settings1`);
    }
    expect(notesOf(web)).toEqual(['layer']);
  });

  it('a library that starts a thread is imported by the project alone', async () => {
    await using test = await openEngineTest();
    const library = `import threading, time
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
`;
    const files = {
      ...smallProject,
      'libraries/site-packages/noisy.py': library,
      'pages/views.py': `import noisy\n${views}`,
    };
    const path = ['--pythonpath', '/app/libraries/site-packages'];
    const web = await startReloadContainer(test, files, [...command, ...path]);
    await web.waitForAnswer('/');
    const edit = async (view: string): Promise<void> => {
      const text = files['pages/views.py'].replace('view1', view);
      const result = await web.reloader.reload(await web.edit({ 'pages/views.py': text }));
      expect(result.error).toBeUndefined();
      expect((await web.get('/')).body).toBe(`${view} model1 settings1`);
    };
    await edit('view2');
    await edit('view3');
    while (notesOf(web).length === 0) await systemClock.sleep(20, test.signal);
    const learned = JSON.parse((await readLearned(test.engine, web.id, test.signal)) ?? '{}');
    expect(learned).toMatchObject({ denied: expect.arrayContaining(['noisy']) as unknown });
    expect(notesOf(web)).toEqual(['library']);
  });

  it('goes on after max_requests, a worker that is killed and one that hangs', async () => {
    await using test = await openEngineTest();
    const args = ['--max-requests', '3', '--timeout', '2'];
    const hanging = views.replace('time.sleep(0.5)', 'time.sleep(60)');
    const files = { ...smallProject, 'pages/views.py': hanging };
    const web = await startReloadContainer(test, files, [...command, ...args]);
    await web.waitForAnswer('/');
    for (let request = 0; request < 8; request += 1) {
      expect(await web.get('/')).toMatchObject({ status: 200 });
    }
    const pids = JSON.parse((await web.get('/pids/')).body) as readonly number[];
    const kill = { command: ['python3', '-c', `import os; os.kill(${pids[0]}, 9)`], user: '0:0' };
    await test.engine.execToEnd(web.id, kill, test.signal);
    expect(await web.get('/')).toMatchObject({ status: 200 });
    await web.get('/slow/').catch(() => undefined);
    expect(await web.get('/')).toMatchObject({ status: 200 });
    const paths = await web.edit({ 'pages/views.py': hanging.replace('view1', 'view2') });
    expect((await web.reloader.reload(paths)).error).toBeUndefined();
    expect((await web.get('/')).body).toBe('view2 model1 settings1');

    // Killed, as it would be after the time it is given, it would end with 137.
    await test.engine.stopContainer(web.id, 60_000, test.signal);
    expect((await test.engine.waitContainer(web.id, test.signal)).exitCode).toBe(0);
  });
});
