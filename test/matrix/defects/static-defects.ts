import type { Defect } from '../defect.ts';
import { kiosk } from './places.ts';

const collect = 'RUN python manage.py collectstatic --noinput --settings build_settings\n';

/** Static files that are not collected, not found or not what pages ask for. */
export const staticDefects: readonly Defect[] = [
  {
    id: 'nobody-collects',
    base: 'kiosk',
    change: 'the Dockerfile does not run collectstatic, and nothing else does',
    edits: [{ file: 'Dockerfile', from: collect, to: '' }],
    only: ['static', 'boot'],
    found: {
      code: 'static-not-collected',
      level: 'fail',
      title:
        'Nothing in production runs collectstatic: /app/collected is empty in the booted container.',
      fix: 'RUN python manage.py collectstatic --noinput',
    },
  },
  {
    id: 'nobody-collects-for-whitenoise',
    base: 'kiosk',
    silent: 'static-root-missing',
    change: 'nothing collects, and a storage without a manifest lets the page look in order',
    edits: [
      { file: 'Dockerfile', from: collect, to: '' },
      {
        file: kiosk,
        from: 'CompressedManifestStaticFilesStorage',
        to: 'CompressedStaticFilesStorage',
      },
    ],
    only: ['static', 'smoke'],
    found: {
      code: 'asset-missing',
      level: 'fail',
      title: '/ refers to /static/stock/site.css: status 404.',
      fix: 'run collectstatic',
    },
    also: ['fail static-not-collected'],
  },
  {
    id: 'collected-with-other-settings',
    base: 'kiosk',
    change: 'collectstatic runs with settings whose storage writes no manifest',
    edits: [
      {
        file: 'build_settings.py',
        append:
          'STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"\n',
      },
      { file: 'Dockerfile', append: '# Built as a whole.\n' },
    ],
    only: ['static'],
    found: {
      code: 'static-collect-failed',
      level: 'fail',
      title:
        'The image has static files, but no staticfiles.json, which production’s storage needs.',
      fix: 'DJANGO_SETTINGS_MODULE',
    },
  },
  {
    id: 'collected-files-deleted',
    base: 'kiosk',
    change: 'a RUN that saves space deletes files that were collected',
    edits: [
      {
        file: 'Dockerfile',
        from: 'USER 10001',
        to: 'RUN find collected -name "site.*.css" -delete\nUSER 10001',
      },
    ],
    only: ['static'],
    found: {
      code: 'static-collect-failed',
      level: 'fail',
      title: 'The manifest names … files that are not in the image.',
      fix: 'after collectstatic',
    },
  },
  {
    id: 'collected-too-early',
    base: 'kiosk',
    change: 'a COPY brings further static files after collectstatic',
    edits: [
      { file: 'late.css', write: 'b { color: red }\n' },
      {
        file: 'Dockerfile',
        from: 'USER 10001',
        to: 'COPY late.css stock/static/stock/\nUSER 10001',
      },
    ],
    only: ['static'],
    found: {
      code: 'static-collect-failed',
      level: 'warn',
      title: '1 of the project’s … static files were not collected into the image.',
      detail: 'stock/late.css',
      fix: 'after every COPY',
    },
  },
  {
    id: 'release-may-not-collect',
    base: 'kiosk',
    change: 'collectstatic is a release command, and the image’s user may not write there',
    edits: [
      { file: 'Dockerfile', from: collect, to: '' },
      {
        file: 'djdev.yaml',
        from: '    - python manage.py migrate --noinput\n',
        to: '    - python manage.py migrate --noinput\n    - python manage.py collectstatic --noinput\n',
      },
    ],
    only: ['static'],
    found: {
      code: 'static-collect-failed',
      level: 'fail',
      title: 'collectstatic may not write /app/collected: the image’s user has no right to.',
      fix: 'Collect while the image is built',
    },
  },
  {
    id: 'release-meets-missing-picture',
    base: 'kiosk',
    change: 'a style sheet names a missing picture, and a release command collects',
    edits: [
      { file: 'Dockerfile', from: collect, to: 'RUN install -d -o 10001 collected\n' },
      { file: 'stock/static/stock/site.css', append: 'p { background: url("gone.png") }\n' },
      {
        file: 'djdev.yaml',
        from: '    - python manage.py migrate --noinput\n',
        to: '    - python manage.py migrate --noinput\n    - python manage.py collectstatic --noinput\n',
      },
    ],
    only: ['static'],
    found: {
      code: 'static-collect-failed',
      level: 'fail',
      title: 'stock/site.css refers to …gone.png, which does not exist.',
      fix: 'Correct the reference',
    },
  },
  {
    id: 'no-static-root',
    base: 'kiosk',
    silent: 'static-root-missing',
    change: 'STATIC_ROOT is not set, and WhiteNoise is to serve from there',
    edits: [
      { file: 'Dockerfile', from: collect, to: '' },
      { file: kiosk, from: 'STATIC_ROOT = BASE_DIR / "collected"\n', to: '' },
    ],
    only: ['static'],
    found: {
      code: 'static-collect-failed',
      level: 'fail',
      title: 'STATIC_ROOT is not set, so collectstatic has nowhere to collect to.',
      fix: 'STATIC_ROOT = BASE_DIR',
    },
  },
  {
    id: 'static-files-ignored',
    base: 'kiosk',
    change: '`.dockerignore` keeps all static files out of the image',
    edits: [
      { file: '.dockerignore', append: '**/static\n' },
      {
        file: 'stock/templates/stock/home.html',
        from: `<link rel="stylesheet" href="{% static 'stock/site.css' %}">`,
        to: '',
      },
    ],
    only: ['static'],
    found: {
      code: 'static-nothing-collected',
      level: 'warn',
      title: 'collectstatic found no files.',
      fix: '.dockerignore',
    },
  },
  {
    id: 'asset-by-hand',
    base: 'shop',
    change: 'a page names a script by a path of its own, with a typing error',
    edits: [
      {
        file: 'catalog/templates/catalog/home.html',
        append: '{% block end %}<script src="/static/js/sit.js"></script>{% endblock %}\n',
      },
      { file: 'templates/base.html', from: '</body>', to: '{% block end %}{% endblock %}</body>' },
    ],
    only: ['smoke'],
    found: {
      code: 'asset-missing',
      level: 'fail',
      title: '/ refers to /static/js/sit.js: status 404.',
      fix: '{% static %}',
    },
  },
  {
    id: 'nobody-serves',
    base: 'kiosk',
    change: 'WhiteNoise is not among the middleware, and nothing else serves static files',
    edits: [
      {
        file: kiosk,
        from: '              "whitenoise.middleware.WhiteNoiseMiddleware",\n',
        to: '',
      },
    ],
    only: ['smoke'],
    found: {
      code: 'asset-missing',
      level: 'fail',
      title: '/ refers to /static/stock/site.….css: status 404.',
      fix: 'add WhiteNoiseMiddleware right after SecurityMiddleware',
    },
  },
];
