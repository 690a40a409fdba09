import { beforeAll, expect, it } from 'vitest';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { type ReloadContainer, startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const { 'pages/views.py': views = '', 'site_config/settings.py': settings = '' } = smallProject;

/** With static files, and with a translation that is read while the application is loaded. */
const files: Readonly<Record<string, string>> = {
  ...smallProject,
  'site_config/settings.py': `${settings.replace('"pages"]', '"django.contrib.staticfiles", "pages"]')}
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]
STATIC_URL = "/static/"
STATIC_ROOT = "/app/collected"
LANGUAGE_CODE = "de"
LOCALE_PATHS = ["/app/locale"]
if "FINDERS" in os.environ:
    WHITENOISE_USE_FINDERS = os.environ["FINDERS"] == "1"
if os.environ.get("MANIFEST") == "1":
    STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
`,
  'pages/apps.py': `from django.apps import AppConfig
class PagesConfig(AppConfig):
    name = "pages"
    def ready(self):
        import os
        from django.utils.translation import gettext
        if os.environ.get("READS") == "1":
            gettext("word")
`,
  'pages/views.py': `${views}
from django.utils.translation import gettext
def home(request):
    return HttpResponse(f"{VIEW} {gettext('word')}")
`,
  'pages/static/pages/site.css': 'css1',
  'collected/pages/site.css': 'css1',
  'collected/pages/site.1234.css': 'css1',
  'collected/staticfiles.json': JSON.stringify({
    version: '1.1',
    hash: '',
    paths: { 'pages/site.css': 'pages/site.1234.css' },
  }),
};

const compileCatalogue = `
import os, struct, sys
word = sys.argv[1].encode()
entries = [(b"", b"Content-Type: text/plain; charset=UTF-8\\n"), (b"word", word)]
ids = b"".join(key + b"\\0" for key, _ in entries)
texts = b"".join(value + b"\\0" for _, value in entries)
keys, values, at, to = [], [], 28 + 32, 28 + 32 + len(ids)
for key, value in entries:
    keys += [len(key), at]
    values += [len(value), to]
    at += len(key) + 1
    to += len(value) + 1
folder = "/app/locale/de/LC_MESSAGES"
os.makedirs(folder, exist_ok=True)
with open(folder + "/django.mo~", "wb") as file:
    file.write(struct.pack("7I", 0x950412DE, 0, 2, 28, 28 + 16, 0, 0))
    file.write(struct.pack("8I", *keys, *values) + ids + texts)
os.replace(folder + "/django.mo~", folder + "/django.mo")
`;

async function translate({ engine, signal }: EngineTest, web: ReloadContainer, word: string) {
  const command = ['python3', '-I', '-c', compileCatalogue, word];
  const { stderr } = await engine.execToEnd(web.id, { command, user: '0:0' }, signal);
  expect(stderr).toBe('');
  return await web.reloader.reload(['/app/locale/de/LC_MESSAGES/django.mo']);
}

async function start(test: EngineTest, environment: Readonly<Record<string, string>>) {
  const command = ['gunicorn', 'site_config.wsgi', '-b', '0.0.0.0:8000'];
  const web = await startReloadContainer(test, files, command, environment);
  await web.waitForAnswer('/');
  return web;
}

const css = 'pages/static/pages/site.css';

function notesOf(web: ReloadContainer): readonly string[] {
  return web.events.flatMap((event) => (event.type === 'reload-noted' ? [event.note.code] : []));
}

describeWithEngine('files that are no code', () => {
  it.each([{ DEBUG: '1' }, { DEBUG: '0' }])(
    'templates and translations need no new process (DEBUG=$DEBUG)',
    async (environment) => {
      await using test = await openEngineTest();
      const web = await start(test, environment);
      expect((await web.get('/page/')).body).toBe('template1');
      const edit = await web.edit({ 'pages/templates/pages/page.html': 'template2' });
      expect(await web.reloader.reload(edit)).toMatchObject({ kind: 'none' });
      expect((await web.get('/page/')).body).toBe('template2');

      for (const word of ['eins', 'zwei']) {
        const { kind, error } = await translate(test, web, word);
        expect(error).toBeUndefined();
        // A layer that was made meanwhile may have read the catalogue; see below.
        expect(['none', 'warm']).toContain(kind);
        expect((await web.get('/')).body).toBe(`view1 ${word}`);
      }
      const view = await web.edit({
        'pages/views.py': (files['pages/views.py'] ?? '').replace('view1', 'view2'),
      });
      const taken = await web.reloader.reload(view);
      expect(taken.error?.traceback).toBeUndefined();
      expect(taken).toMatchObject({ kind: 'layer' });
      expect((await web.get('/')).body).toBe('view2 zwei');
      expect(await web.reloader.reload(['/app/locale/de/LC_MESSAGES/django.po'])).toMatchObject({
        kind: 'none',
      });
    },
  );

  it('a translation that was read while the application was loaded needs it loaded again', async () => {
    await using test = await openEngineTest();
    const web = await start(test, { READS: '1' });
    await translate(test, web, 'eins');
    const models = await web.edit({ 'pages/models.py': 'LABEL = "model2"\n' });
    expect(await web.reloader.reload(models)).toMatchObject({ kind: 'warm' });
    expect((await web.get('/')).body).toBe('view1 eins');
    expect(await translate(test, web, 'zwei')).toMatchObject({ kind: 'warm' });
    expect((await web.get('/')).body).toBe('view1 zwei');
  });

  it.each([
    { name: 'DEBUG', environment: { DEBUG: '1' }, kind: 'none', path: 'site.css', notes: [] },
    {
      name: 'finders of WhiteNoise',
      environment: { DEBUG: '0', FINDERS: '1' },
      kind: 'warm',
      path: 'site.css',
      notes: [],
    },
    {
      name: 'a manifest',
      environment: { DEBUG: '0', MANIFEST: '1' },
      kind: 'none',
      path: undefined,
      notes: ['static'],
    },
  ])('static files: $name', async ({ environment, kind, path, notes }) => {
    await using test = await openEngineTest();
    const web = await start(test, environment);
    expect(await web.get('/static/pages/site.css')).toMatchObject({ body: 'css1' });
    for (const text of ['css2', 'css3']) {
      expect(await web.reloader.reload(await web.edit({ [css]: text }))).toMatchObject({ kind });
      if (path === undefined) continue;
      expect((await web.get(`/static/pages/${path}`)).body).toBe(text);
    }
    expect(notesOf(web)).toEqual(notes);
  });
});
