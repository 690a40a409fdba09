import { beforeAll, expect, it } from 'vitest';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const command = ['gunicorn', 'site_config.wsgi', '--bind', '0.0.0.0:8000'];

function changed(file: string, from: string, to: string): Readonly<Record<string, string>> {
  return { [file]: (smallProject[file] ?? '').replaceAll(from, to) };
}

describeWithEngine('gunicorn takes new code', () => {
  it.each([
    { name: 'sync', args: [] },
    { name: 'gthread', args: ['--threads', '4'] },
  ])('by the cheapest layer that an edit allows ($name)', async ({ args }) => {
    await using test = await openEngineTest();
    const web = await startReloadContainer(test, smallProject, [...command, ...args]);
    expect(await web.waitForAnswer('/')).toEqual({ status: 200, body: 'view1 model1 settings1' });
    const kinds: string[] = [];
    const save = async (files: Readonly<Record<string, string>>): Promise<void> => {
      const result = await web.reloader.reload(await web.edit(files));
      expect(result.error).toBeUndefined();
      kinds.push(result.kind);
    };

    await save(changed('pages/views.py', 'view1', 'view2'));
    expect((await web.get('/')).body).toBe('view2 model1 settings1');
    await save(changed('pages/models.py', 'model1', 'model2'));
    expect((await web.get('/')).body).toBe('view2 model2 settings1');
    await save(changed('site_config/settings.py', 'settings1', 'settings2'));
    expect((await web.get('/')).body).toBe('view2 model2 settings2');
    expect((await web.get('/page/')).body).toBe('template1');
    await save({ 'pages/templates/pages/page.html': 'template2' });
    expect((await web.get('/page/')).body).toBe('template2');

    expect(kinds).toEqual(['layer', 'warm', 'warm', 'none']);
  });

  it('keeps the old code when the new one cannot be loaded, and recovers by itself', async () => {
    await using test = await openEngineTest();
    const web = await startReloadContainer(test, smallProject, command);
    await web.waitForAnswer('/');
    const breakages = [
      { file: 'pages/views.py', bad: 'VIEW = (', error: 'SyntaxError' },
      { file: 'pages/views.py', bad: 'import nothing_there', error: 'ModuleNotFoundError' },
      { file: 'pages/models.py', bad: 'LABEL = (', error: 'SyntaxError' },
      { file: 'pages/models.py', bad: 'LABEL = undefined_name', error: 'NameError' },
      { file: 'site_config/settings.py', bad: 'NAME = undefined_name', error: 'NameError' },
    ];
    for (const [index, { file, bad, error }] of breakages.entries()) {
      const good = smallProject[file] ?? '';
      const failed = await web.reloader.reload(await web.edit({ [file]: `${good}${bad}\n` }));
      expect(failed.error).toMatchObject({
        type: error,
        file: `/app/${file}`,
        line: good.split('\n').length,
        serves: true,
      });
      expect(await web.get('/')).toMatchObject({ status: 200 });
      const page = await web.get('/', { 'sec-fetch-dest': 'document' });
      expect(page.status).toBe(500);
      expect(page.body).toContain(error);

      const repaired = `${good}# ${index}\n`;
      const taken = await web.reloader.reload(await web.edit({ [file]: repaired }));
      expect(taken.error).toBeUndefined();
      expect(await web.get('/', { 'sec-fetch-dest': 'document' })).toEqual({
        status: 200,
        body: 'view1 model1 settings1',
      });
    }
  });

  it('starts with broken code, tells of it, and serves after the first good save', async () => {
    await using test = await openEngineTest();
    const broken = { ...smallProject, 'site_config/settings.py': 'NAME = undefined_name\n' };
    const web = await startReloadContainer(test, broken, command);
    const first = await web.waitForAnswer('/');
    expect(first.status).toBe(500);
    expect(first.body).toContain('undefined_name');
    const { 'site_config/settings.py': settings = '' } = smallProject;
    const paths = await web.edit({ 'site_config/settings.py': settings });
    expect((await web.reloader.reload(paths)).error).toBeUndefined();
    expect((await web.get('/')).body).toBe('view1 model1 settings1');
    expect(web.events).toContainEqual({
      type: 'reload-failed',
      error: expect.objectContaining({ type: 'NameError', serves: false }) as unknown,
    });
  });

  it('runs new code after two edits of equal length in one second, every time', async () => {
    await using test = await openEngineTest();
    const web = await startReloadContainer(test, smallProject, command, {
      PYTHONDONTWRITEBYTECODE: '',
    });
    await web.waitForAnswer('/');
    for (let round = 10; round < 25; round += 1) {
      await web.reloader.reload(await web.edit(changed('pages/views.py', 'view1', `v${round}x`)));
      expect((await web.get('/')).body).toBe(`v${round}x model1 settings1`);
    }
  });

  it('keeps the project’s own configuration file and hooks', async () => {
    await using test = await openEngineTest();
    const files = {
      ...smallProject,
      'hooks_used.py': 'used = []\n',
      'gunicorn.conf.py': `import hooks_used
wsgi_app = "site_config.wsgi"
bind = "0.0.0.0:8000"
workers = 3
preload_app = True
raw_env = ["FROM_CONFIG=one"]
def post_fork(server, worker):
    hooks_used.used.append("post_fork")
def post_worker_init(worker):
    worker.log.info("HOOKS %s post_worker_init", " ".join(hooks_used.used))
`,
      'site_config/settings.py': (smallProject['site_config/settings.py'] ?? '').replace(
        '"settings1"',
        'os.environ["FROM_CONFIG"]',
      ),
    };
    const web = await startReloadContainer(test, files, ['gunicorn']);
    expect((await web.waitForAnswer('/')).body).toBe('view1 model1 one');
    const paths = await web.edit({
      'gunicorn.conf.py': files['gunicorn.conf.py'].replace('=one', '=two'),
    });
    const result = await web.reloader.reload(paths);
    expect(result).toMatchObject({ kind: 'cold' });
    expect((await web.get('/')).body).toBe('view1 model1 two');
    const broken = await web.reloader.reload(await web.edit({ 'gunicorn.conf.py': 'bind = (\n' }));
    expect(broken.error).toMatchObject({ type: 'SyntaxError', file: '/app/gunicorn.conf.py' });
    expect((await web.get('/')).body).toBe('view1 model1 two');
    const notes = web.events.map((event) => event.type === 'reload-noted' && event.note.code);
    expect(notes).toEqual(['workers', 'preload']);
    const log: string[] = [];
    for await (const { text } of test.engine.logs(web.id, { follow: false }, test.signal)) {
      if (text.includes('HOOKS')) log.push(text.replace(/^.*HOOKS /, ''));
    }
    expect(log).toEqual(['post_fork post_worker_init', 'post_fork post_worker_init']);
  });
});
