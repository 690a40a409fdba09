import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { type ReloadContainer, startReloadContainer } from './reload-container.ts';
import { buildReloadBase, oldGunicorns } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

function changed(file: string, from: string, to: string): Readonly<Record<string, string>> {
  return { [file]: (smallProject[file] ?? '').replaceAll(from, to) };
}

interface Server {
  readonly name: string;
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly notes?: readonly string[];
}

async function start(test: EngineTest, server: Server): Promise<ReloadContainer> {
  const { command, environment, user } = server;
  const words = command.split(' ');
  const web = await startReloadContainer(test, smallProject, words, environment, user);
  expect(await web.waitForAnswer('/')).toEqual({ status: 200, body: 'view1 model1 settings1' });
  return web;
}

function notesOf(web: ReloadContainer): readonly string[] {
  return web.events.flatMap((event) => (event.type === 'reload-noted' ? [event.note.code] : []));
}

describeWithEngine('in layers, and with the old code while new code is broken', () => {
  const layered: readonly Server[] = [
    ...oldGunicorns.map((version) => ({
      name: `gunicorn ${version}`,
      command: 'python3 -m gunicorn site_config.wsgi -b 0.0.0.0:8000',
      environment: {
        PYTHONPATH: `/run/djdev/python:/opt/gunicorn-${version}/site-packages`,
      },
    })),
    {
      name: 'gunicorn 27 without its control socket',
      command: 'gunicorn site_config.wsgi --no-control-socket -b 0.0.0.0:8000',
    },
    {
      name: 'gunicorn with its asgi worker',
      command: 'gunicorn site_config.asgi -k asgi -b 0.0.0.0:8000',
      notes: ['uvloop'],
    },
    {
      name: 'gunicorn with uvicorn workers',
      command: 'gunicorn site_config.asgi -k uvicorn_worker.UvicornWorker -b 0.0.0.0:8000',
      notes: ['uvloop'],
    },
    ...['asyncio', 'uvloop'].flatMap((loop) => [
      {
        name: `uvicorn, ${loop}`,
        command: `uvicorn site_config.asgi:application --loop ${loop} --host 0.0.0.0 --port 8000`,
        notes: loop === 'uvloop' ? ['uvloop'] : [],
      },
      {
        name: `hypercorn, ${loop}`,
        command: `hypercorn site_config.asgi:application -k ${loop} -b 0.0.0.0:8000`,
        notes: loop === 'uvloop' ? ['uvloop'] : [],
      },
    ]),
  ];
  it.each(layered)('$name', async ({ notes = [], ...server }) => {
    await using test = await openEngineTest();
    const web = await start(test, server);
    const view = await web.edit(changed('pages/views.py', 'view1', 'view2'));
    expect(await web.reloader.reload(view)).toMatchObject({ kind: 'layer' });
    expect((await web.get('/')).body).toBe('view2 model1 settings1');
    const model = await web.edit(changed('pages/models.py', 'model1', 'model2'));
    expect(await web.reloader.reload(model)).toMatchObject({ kind: 'warm' });
    expect((await web.get('/')).body).toBe('view2 model2 settings1');

    const bad = await web.reloader.reload(await web.edit({ 'pages/models.py': 'LABEL = name' }));
    expect(bad.error).toMatchObject({ type: 'NameError', file: '/app/pages/models.py', line: 1 });
    expect((await web.get('/')).body).toBe('view2 model2 settings1');
    expect((await web.get('/', { accept: 'text/html' })).body).toContain('NameError');

    const good = await web.edit(changed('pages/models.py', 'model1', 'model3'));
    expect((await web.reloader.reload(good)).error).toBeUndefined();
    expect((await web.get('/')).body).toBe('view2 model3 settings1');
    expect(notesOf(web)).toEqual(notes);
  });
});

describeWithEngine('by the reload of its own, or anew', () => {
  it.each([
    {
      name: 'gunicorn with gevent workers',
      command: 'gunicorn site_config.wsgi -k gevent -b 0.0.0.0:8000',
      kind: 'cold',
      notes: ['plain'],
    },
    {
      name: 'gunicorn whose workers change their user',
      command: 'gunicorn site_config.wsgi --user 10001 -b 0.0.0.0:8000',
      user: '0:0',
      kind: 'cold',
      notes: ['plain'],
    },
    {
      name: 'granian',
      command: 'granian --interface wsgi --host 0.0.0.0 --port 8000 site_config.wsgi:application',
      kind: 'cold',
      notes: [],
    },
    {
      name: 'uWSGI with a master',
      command: 'uwsgi --master --need-app --module site_config.wsgi --http 0.0.0.0:8000',
      kind: 'cold',
      notes: [],
    },
    {
      name: 'uWSGI without a master',
      command: 'uwsgi --need-app --module site_config.wsgi --http 0.0.0.0:8000',
      kind: 'restart',
      notes: ['restart'],
    },
    {
      name: 'daphne',
      command: 'daphne -b 0.0.0.0 -p 8000 site_config.asgi:application',
      kind: 'restart',
      notes: ['restart'],
    },
    {
      name: 'runserver',
      command: 'python3 manage.py runserver 0.0.0.0:8000',
      kind: 'none',
      notes: ['own'],
    },
  ])('$name', async ({ kind, notes, ...server }) => {
    await using test = await openEngineTest();
    const web = await start(test, server);
    for (const view of ['view2', 'view3']) {
      const paths = await web.edit(changed('pages/views.py', 'view1', view));
      expect(await web.reloader.reload(paths)).toMatchObject({ kind });
      for (let body = ''; !body.startsWith(view); body = (await web.waitForAnswer('/')).body) {
        await systemClock.sleep(20, test.signal);
      }
    }
    expect(notesOf(web)).toEqual(notes);
    if (kind === 'none') return;
    // What cannot be loaded is not given to a server that would end over it.
    const bad = await web.edit({ 'pages/models.py': 'import nothing_there' });
    expect(await web.reloader.reload(bad)).toMatchObject({
      error: { type: 'ModuleNotFoundError', file: '/app/pages/models.py', serves: true },
    });
    expect((await web.waitForAnswer('/')).body).toBe('view3 model1 settings1');
  });
});
