import { text } from 'node:stream/consumers';
import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { describeAttach, findBreakpoint } from '../../../src/reload/find-breakpoint.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { type ReloadContainer, startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const { 'pages/views.py': original = '', 'pages/models.py': models = '' } = smallProject;
const views = original.replace('time.sleep(0.5)', 'word = VIEW\n    breakpoint()\n    word += "!"');

/** What `djdev attach` shows when this is typed. */
async function attach(test: EngineTest, web: ReloadContainer, typed: string): Promise<string> {
  expect(await findBreakpoint(test.engine, [web.id], test.signal)).toBe(web.id);
  const command = await describeAttach();
  await using session = await test.engine.exec(web.id, { command }, test.signal);
  session.stdin.end(typed);
  const [shown, said, exitCode] = await Promise.all([
    text(session.stdout),
    text(session.stderr),
    session.exited,
  ]);
  expect({ said, exitCode }).toEqual({ said: '', exitCode: 0 });
  return shown;
}

async function readLog(test: EngineTest, web: ReloadContainer): Promise<string> {
  const lines: string[] = [];
  for await (const line of test.engine.logs(web.id, { follow: false }, test.signal)) {
    lines.push(line.text);
  }
  return lines.join('\n');
}

describeWithEngine('a breakpoint() in a view', () => {
  it.each([
    { name: 'gunicorn, sync', command: 'gunicorn site_config.wsgi --timeout 2' },
    { name: 'gunicorn, gthread', command: 'gunicorn site_config.wsgi --timeout 2 --threads 2' },
    {
      name: 'gunicorn with uvicorn workers',
      command: 'gunicorn site_config.asgi --timeout 2 -k uvicorn_worker.UvicornWorker',
    },
    { name: 'uvicorn', command: 'uvicorn site_config.asgi:application --host 0.0.0.0' },
  ])('waits for a terminal while others are served ($name)', async ({ command }) => {
    await using test = await openEngineTest();
    const address = command.startsWith('gunicorn') ? ['-b', '0.0.0.0:8000'] : ['--port', '8000'];
    const files = { ...smallProject, 'pages/views.py': views };
    const web = await startReloadContainer(test, files, [...command.split(' '), ...address]);
    await web.waitForAnswer('/');
    const held = web.get('/slow/');
    await findBreakpoint(test.engine, [web.id], test.signal);
    expect(await web.get('/')).toMatchObject({ status: 200, body: 'view1 model1 settings1' });

    // New code is taken meanwhile, and no timeout ends what waits.
    const edits = await web.edit({
      'pages/views.py': views.replace('view1', 'view2'),
      'pages/models.py': models.replace('model1', 'model2'),
    });
    expect((await web.reloader.reload(edits)).error).toBeUndefined();
    if (command.startsWith('gunicorn')) await systemClock.sleep(3000, test.signal);
    expect(await web.get('/')).toMatchObject({ body: 'view2 model2 settings1' });

    const shown = await attach(test, web, 'p word\nn\nn\np word\nword = "changed"\nc\n');
    expect(shown).toContain('/app/pages/views.py');
    expect(shown).toContain("(Pdb) 'view1'");
    expect(shown).toContain("(Pdb) 'view1!'");
    expect(await held).toEqual({ status: 200, body: 'slow view1' });
    const log = await readLog(test, web);
    expect(log).toMatch(
      /djdev: \/app\/pages\/views\.py:\d+ waits in a breakpoint\(\): djdev attach/,
    );
    expect(log).not.toContain('WORKER TIMEOUT');
  });

  it('ends with its request: by q, by a terminal that goes away, after breakpoints set in pdb', async () => {
    await using test = await openEngineTest();
    const files = { ...smallProject, 'pages/views.py': views };
    const command = ['gunicorn', 'site_config.wsgi', '-b', '0.0.0.0:8000'];
    const web = await startReloadContainer(test, files, command);
    await web.waitForAnswer('/');
    for (const { typed, status } of [
      { typed: 'q\n', status: 500 },
      { typed: 'p word\n', status: 200 },
      { typed: 'b pages/views.py:3\nc\n', status: 200 },
    ]) {
      const held = web.get('/slow/');
      await attach(test, web, typed);
      expect(await held).toMatchObject({ status });
    }
    expect(await web.get('/')).toMatchObject({ status: 200 });
  });
});
