import { expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { startReloadContainer } from './reload-container.ts';
import { smallProject } from './small-project.ts';

function changed(file: string, from: string, to: string): Readonly<Record<string, string>> {
  return { [file]: (smallProject[file] ?? '').replaceAll(from, to) };
}

describeWithEngine('ASGI servers take new code', () => {
  it.each([
    {
      name: 'uvicorn',
      command: ['uvicorn', 'site_config.asgi:application', '--host', '0.0.0.0', '--port', '8000'],
    },
    {
      name: 'gunicorn with uvicorn workers',
      command: 'gunicorn site_config.asgi -k uvicorn_worker.UvicornWorker -b 0.0.0.0:8000'.split(
        ' ',
      ),
    },
  ])('$name', async ({ command }) => {
    await using test = await openEngineTest();
    const web = await startReloadContainer(test, smallProject, command);
    expect(await web.waitForAnswer('/')).toEqual({ status: 200, body: 'view1 model1 settings1' });

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
  });
});

const celeryProject: Readonly<Record<string, string>> = {
  ...smallProject,
  'site_config/celery.py': `import os
from celery import Celery
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
app = Celery("site_config", broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": "/tmp/queue", "data_folder_out": "/tmp/queue",
    "control_folder": "/tmp/control",
}
app.autodiscover_tasks()
`,
  'site_config/__init__.py': 'from site_config.celery import app\n',
  'pages/tasks.py': `from celery import shared_task
@shared_task
def write(number):
    with open("/tmp/done", "a") as file:
        file.write("task1 %d\\n" % number)
`,
};

describeWithEngine('a celery worker takes new code', () => {
  it('with the next task, and keeps the old code when the new one cannot be loaded', async () => {
    await using test = await openEngineTest();
    const command = [
      'sh',
      '-c',
      'mkdir -p /tmp/queue /tmp/control && exec celery -A site_config worker --concurrency 1',
    ];
    const worker = await startReloadContainer(test, celeryProject, command);
    const send = async (number: number): Promise<string> => {
      const program = `from site_config.celery import app
app.send_task("pages.tasks.write", [${number}])`;
      const request = { command: ['python3', '-c', program] };
      expect((await test.engine.execToEnd(worker.id, request, test.signal)).stderr).toBe('');
      for (;;) {
        const read = { command: ['cat', '/tmp/done'] };
        const { stdout } = await test.engine.execToEnd(worker.id, read, test.signal);
        const line = stdout.split('\n').find((line) => line.endsWith(` ${number}`));
        if (line !== undefined) return line;
        await systemClock.sleep(50, test.signal);
      }
    };
    const countProcesses = async (): Promise<number> => {
      const program = `import glob
print(sum(b"celery" in open(path, "rb").read() for path in glob.glob("/proc/[0-9]*/cmdline")) - 1)`;
      const request = { command: ['python3', '-I', '-c', program] };
      return Number((await test.engine.execToEnd(worker.id, request, test.signal)).stdout);
    };
    expect(await send(1)).toBe('task1 1');
    // Zygote, layer, worker, its one pool process, and a layer that is kept ready for the next edit.
    const processes = 5;
    const tasks = celeryProject['pages/tasks.py'] ?? '';
    const good = await worker.edit({ 'pages/tasks.py': tasks.replace('task1', 'task2') });
    expect(await worker.reloader.reload(good)).toMatchObject({ kind: 'warm' });
    // With the file system broker the old worker ends within seconds, and takes tasks until then.
    while ((await countProcesses()) > processes) await systemClock.sleep(50, test.signal);
    expect(await send(100)).toBe('task2 100');
    const bad = await worker.edit({ 'pages/tasks.py': 'import nothing_there' });
    expect((await worker.reloader.reload(bad)).error).toMatchObject({
      type: 'ModuleNotFoundError',
    });
    expect(await send(101)).toBe('task2 101');
  });
});

describeWithEngine('a server that djdev does not know takes new code', () => {
  it('by being started anew', async () => {
    await using test = await openEngineTest();
    const serve = `from wsgiref.simple_server import make_server
from site_config.wsgi import application
make_server("0.0.0.0", 8000, application).serve_forever()
`;
    const files = { ...smallProject, 'serve.py': serve };
    const web = await startReloadContainer(test, files, ['python3', 'serve.py']);
    expect((await web.waitForAnswer('/')).body).toBe('view1 model1 settings1');
    const paths = await web.edit(changed('pages/views.py', 'view1', 'view2'));
    expect(await web.reloader.reload(paths)).toMatchObject({ kind: 'restart' });
    expect((await web.waitForAnswer('/')).body).toBe('view2 model1 settings1');
    expect(web.events).toEqual([
      {
        type: 'reload-noted',
        note: {
          code: 'restart',
          text: 'djdev does not know this server: each edit of code restarts it.',
        },
      },
    ]);
  });
});
