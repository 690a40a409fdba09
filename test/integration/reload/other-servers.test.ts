import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

function changed(file: string, from: string, to: string): Readonly<Record<string, string>> {
  return { [file]: (smallProject[file] ?? '').replaceAll(from, to) };
}

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
    // Zygote, layer, worker, its one pool process, a layer that is kept ready for the next edit, and
    // the copy of it.
    const processes = 6;
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

describeWithEngine('celery beat takes new code', () => {
  it('anew, and goes on when tasks cannot be loaded', async () => {
    await using test = await openEngineTest();
    const command = ['celery', '-A', 'site_config', 'beat', '-s', '/tmp/schedule'];
    const beat = await startReloadContainer(test, celeryProject, command);
    const tasks = celeryProject['pages/tasks.py'] ?? '';
    const edit = async (text: string) =>
      await beat.reloader.reload(await beat.edit({ 'pages/tasks.py': text }));
    expect((await edit(`${tasks}# again`)).kind).toBe('restart');
    expect((await edit('import nothing_there')).error).toMatchObject({
      type: 'ModuleNotFoundError',
      file: '/app/pages/tasks.py',
    });
    expect((await test.engine.inspectContainer(beat.id, test.signal))?.running).toBe(true);
    expect(await edit(tasks)).toMatchObject({ kind: 'restart' });
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
