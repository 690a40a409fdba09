import { expect, test } from 'vitest';
import type { Variable } from '../../../src/project/project.ts';
import { runSettings } from '../../../src/rehearse/steps/settings.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { demoProject } from './demo-project.ts';
import { buildProjectImage } from './django-image.ts';
import { openRunTest, startTestRunner } from './runner-test.ts';

const key = 'a-long-random-key-of-more-than-fifty-characters-0123456789';

const settings = demoProject['demo/settings.py'].replace(
  'TEMPLATES = []',
  'TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]',
).concat(`
INSTALLED_APPS += ["django.contrib.sessions"]
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
MEDIA_ROOT = "/srv/uploads"
MAIL_SENDER = os.environ.get("MAIL_SENDER", "root@localhost")
os.environ["READ_BY_SUBSCRIPT"]
"READ_BY_IN" in os.environ
`);

const variable = (name: string, kind: 'manifest' | 'env-file', required = true): Variable => ({
  name,
  value: 'x',
  required,
  generate: false,
  secret: false,
  origin: { kind, text: 'djdev.yaml:1' },
});

const environment = {
  SECRET_KEY: key,
  MAIL_SENDER: 'shop@example.com',
  READ_BY_SUBSCRIPT: '1',
  READ_BY_IN: '1',
  NAMED_IN_SCRIPT: '1',
  MAIL_SENDR: '1',
};

describeWithEngine('what lies in wait for a page that nobody has asked for', () => {
  test('is found in one look at an image', async () => {
    await using t = await openEngineTest();
    const image = await buildProjectImage(
      t,
      {
        ...demoProject,
        'demo/settings.py': settings,
        'demo/urls.py': 'PAGES = ["cups/broken.html", "cups/lost.html"]\nurlpatterns = []\n',
        'shop/models.py': `${demoProject['shop/models.py']}    picture = models.FileField(upload_to="cups")\n`,
        'shop/templates/cups/broken.html': '<h1>Cup</h1>\n{% iff cup %}{% endif %}\n',
        'shop/templates/cups/dead.html': '{% load no_such_library %}\n',
        'shop/templates/cups/lost.html':
          '{% load static %}\n{% if cup %}\n{% static "shop/nope.css" %}{% endif %}\n',
        'shop/templates/cups/fine.html':
          '{% load static %}{% static "shop/site.css" %}{% static name %}\n',
        'start.sh': 'exec gunicorn --access-logfile "$NAMED_IN_SCRIPT" demo.wsgi\n',
      },
      'RUN chmod -R a+rwX shop && chmod 755 /srv\nUSER 10001',
    );
    const opened = await openRunTest(t, environment);
    const variables = [
      variable('MAIL_SENDER', 'env-file'),
      variable('READ_BY_SUBSCRIPT', 'manifest'),
      variable('READ_BY_IN', 'manifest'),
      variable('NAMED_IN_SCRIPT', 'manifest'),
      variable('MAIL_SENDR', 'manifest'),
      variable('WEB_CONCURRENCY', 'manifest'),
    ];
    const run = { ...opened.run, project: { ...opened.run.project, variables } };
    const runner = await startTestRunner({ ...opened, run }, image);
    await runSettings(run, runner);
    const found = opened
      .findings()
      .filter(({ code }) => code !== 'deploy-check' && code !== 'migrations-missing')
      .map(({ level, code, title, location }) => [
        `${level} ${code}${location?.line === undefined ? '' : `:${location.line}`}`,
        title,
      ]);
    expect(found.toSorted(([a = ''], [b = '']) => a.localeCompare(b))).toEqual([
      [
        'fail sessions-in-process',
        'Users are logged out at random: sessions lie in the memory of one worker.',
      ],
      [
        'fail template-broken:2',
        "The template cups/broken.html cannot be compiled: Invalid block tag on line 2: 'iff'. Did you forget to register or load this tag?",
      ],
      [
        'fail template-static-missing:3',
        'The template cups/lost.html names the static file shop/nope.css, which is not there.',
      ],
      ['pass image-code-writable', 'The production process may write the code that it runs.'],
      [
        'warn media-not-writable',
        'Uploads fail: the user of the image may not write /srv/uploads.',
      ],
      [
        'warn template-broken:1',
        expect.stringMatching(
          /^The template cups\/dead\.html cannot be compiled: 'no_such_library'/u,
        ),
      ],
      [
        'warn variable-fallback',
        'Without MAIL_SENDER the settings take another MAIL_SENDER, and say nothing.',
      ],
      ['warn variable-never-read', 'MAIL_SENDR is given to the application, and nothing reads it.'],
    ]);
  });

  test('styles of a plain storage name files that are not there', async () => {
    await using t = await openEngineTest();
    const plain = demoProject['demo/settings.py'].replace(
      'ManifestStaticFilesStorage',
      'StaticFilesStorage',
    );
    const image = await buildProjectImage(
      t,
      {
        ...demoProject,
        'demo/settings.py': plain,
        'shop/static/shop/more.css':
          'a { background: url(cup.svg#x) } b { background: url("../fonts/gone.woff2?v=1") }\n' +
          '/* url(old.png) */ i { background: url(data:image/png;base64,AA) url(/x.png) }\n',
      },
      'RUN SECRET_KEY=x python manage.py collectstatic --noinput',
    );
    const opened = await openRunTest(t, { SECRET_KEY: key });
    await runSettings(opened.run, await startTestRunner(opened, image));
    const found = opened.findings().filter(({ code }) => code.startsWith('static-'));
    expect(found.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
      'static-reference-missing: /app/shop/static/shop/more.css: url(../fonts/gone.woff2?v=1)',
    ]);
  });
});
