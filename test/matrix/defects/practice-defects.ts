import type { Defect } from '../defect.ts';
import { base, kiosk, production } from './places.ts';

/** Settings that are valid, and wrong for production all the same. */
export const practiceDefects: readonly Defect[] = [
  {
    id: 'https-not-seen',
    base: 'shop',
    silent: 'redirect-loop',
    change: 'SECURE_SSL_REDIRECT without SECURE_PROXY_SSL_HEADER',
    edits: [
      {
        file: production,
        from: 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n',
        to: '',
      },
    ],
    only: ['settings'],
    found: {
      code: 'redirect-loop',
      level: 'fail',
      title: 'The redirect to https never ends behind a TLS proxy.',
      fix: 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
    },
  },
  {
    id: 'connections-kept-for-ever',
    base: 'kiosk',
    change: 'CONN_MAX_AGE is None and CONN_HEALTH_CHECKS is off',
    edits: [
      { file: kiosk, from: '    "PASSWORD": ', to: '    "CONN_MAX_AGE": None,\n    "PASSWORD": ' },
    ],
    only: ['settings'],
    found: {
      code: 'connections-not-checked',
      level: 'warn',
      title: 'After a restart of the database “default” the first request of every worker fails.',
      detail: 'CONN_MAX_AGE is None',
      fix: 'CONN_HEALTH_CHECKS',
    },
  },
  {
    id: 'connections-of-the-url-kept',
    base: 'shop',
    change: 'DATABASES keep connections for ten minutes instead of the pool',
    edits: [
      {
        file: production,
        append: `
DATABASES["default"]["OPTIONS"].pop("pool")  # noqa: F405
DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=False)  # noqa: F405
`,
      },
    ],
    only: ['settings'],
    found: {
      code: 'connections-not-checked',
      level: 'warn',
      title: 'After a restart of the database “default” the first request of every worker fails.',
      detail: 'CONN_MAX_AGE is 600',
    },
  },
  {
    id: 'cors-after-common',
    base: 'shop',
    change: 'CorsMiddleware is the last middleware',
    edits: [
      { file: base, from: '    "corsheaders.middleware.CorsMiddleware",\n', to: '' },
      {
        file: base,
        from: '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n',
        to: '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n    "corsheaders.middleware.CorsMiddleware",\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'middleware-order',
      level: 'warn',
      title: 'CorsMiddleware comes after CommonMiddleware.',
      fix: 'above "django.middleware.common.CommonMiddleware"',
    },
  },
  {
    id: 'whitenoise-before-security',
    base: 'kiosk',
    change: 'WhiteNoise comes before SecurityMiddleware',
    edits: [
      {
        file: kiosk,
        from: 'MIDDLEWARE = [',
        to: 'MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware",\n              ',
      },
      {
        file: kiosk,
        from: '              "whitenoise.middleware.WhiteNoiseMiddleware",\n              "django.middleware.common',
        to: '              "django.middleware.common',
      },
    ],
    only: ['settings'],
    found: {
      code: 'middleware-order',
      level: 'warn',
      title: 'WhiteNoise comes before SecurityMiddleware.',
      fix: 'above WhiteNoise',
    },
  },
  {
    id: 'mail-to-the-console',
    base: 'shop',
    change: 'EMAIL_URL of production is `console://`',
    edits: [
      { file: 'djdev.yaml', from: 'prod: "smtp://localhost:1025"', to: 'prod: "console://"' },
    ],
    only: ['settings'],
    found: {
      code: 'development-in-production',
      level: 'warn',
      title: 'No mail leaves production.',
      detail: 'console.EmailBackend',
    },
  },
  {
    id: 'mail-to-files',
    base: 'kiosk',
    change: 'EMAIL_BACKEND writes mails into files',
    edits: [
      {
        file: kiosk,
        append: 'EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'development-in-production',
      level: 'warn',
      title: 'No mail leaves production.',
      detail: 'filebased.EmailBackend',
    },
  },
  {
    id: 'debug-toolbar-installed',
    base: 'kiosk',
    change: 'the debug toolbar is in INSTALLED_APPS of production',
    edits: [
      { file: kiosk, from: '"stock"]', to: '"stock", "debug_toolbar"]' },
      {
        file: kiosk,
        from: 'MIDDLEWARE = [',
        to: 'MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware",\n              ',
      },
      {
        file: 'Dockerfile',
        from: 'COPY . .\n',
        to: 'RUN pip install --no-cache-dir django-debug-toolbar==6.1.0\nCOPY . .\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'development-in-production',
      level: 'warn',
      title: 'The debug toolbar is installed in production.',
      fix: 'in the local settings only',
    },
  },
  {
    id: 'media-below-static',
    base: 'shop',
    change: 'MEDIA_ROOT is a directory in STATIC_ROOT',
    edits: [{ file: base, append: 'MEDIA_URL = "/media/"\nMEDIA_ROOT = STATIC_ROOT / "media"\n' }],
    only: ['settings'],
    found: {
      code: 'media-in-static',
      level: 'fail',
      title: 'Uploads are written among the static files.',
      detail: '/app/staticfiles/media',
      fix: 'a directory or a storage of its own',
    },
  },
  {
    id: 'media-is-static',
    base: 'kiosk',
    change: 'MEDIA_ROOT and STATIC_ROOT are the same directory',
    edits: [
      { file: kiosk, append: 'MEDIA_URL = "/media/"\nMEDIA_ROOT = BASE_DIR / "collected"\n' },
    ],
    only: ['settings'],
    found: {
      code: 'media-in-static',
      level: 'fail',
      title: 'Uploads are written among the static files.',
    },
  },
  {
    id: 'storage-set-as-of-old',
    base: 'kiosk',
    change: 'STATICFILES_STORAGE, which Django 5.1 does not read any more',
    edits: [
      {
        file: kiosk,
        append: 'STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'setting-not-read',
      level: 'warn',
      title: 'Django 5.2… does not read STATICFILES_STORAGE.',
      fix: 'STORAGES',
    },
  },
  {
    id: 'uploads-set-as-of-old',
    base: 'shop',
    change: 'DEFAULT_FILE_STORAGE, which Django 5.1 does not read any more',
    edits: [
      {
        file: production,
        append: 'DEFAULT_FILE_STORAGE = "django.core.files.storage.FileSystemStorage"\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'setting-not-read',
      level: 'warn',
      title: 'Django 5.2… does not read DEFAULT_FILE_STORAGE.',
    },
  },
  {
    id: 'pool-and-kept-connections',
    base: 'shop',
    change: 'CONN_MAX_AGE beside the connection pool',
    edits: [
      { file: production, append: 'DATABASES["default"]["CONN_MAX_AGE"] = 600  # noqa: F405\n' },
    ],
    only: ['settings'],
    found: {
      code: 'pool-with-max-age',
      level: 'fail',
      title: 'The database “default” cannot be used: it has a pool and CONN_MAX_AGE.',
      fix: '["CONN_MAX_AGE"] = 0',
    },
  },
  {
    id: 'sessions-in-local-memory',
    base: 'shop',
    change: 'sessions lie in the cache, and the cache in the memory of each worker',
    edits: [
      { file: production, append: 'SESSION_ENGINE = "django.contrib.sessions.backends.cache"\n' },
    ],
    only: ['settings'],
    found: {
      code: 'sessions-in-process',
      level: 'fail',
      title: 'Users are logged out at random: sessions lie in the memory of one worker.',
      fix: 'RedisCache',
    },
  },
  {
    id: 'template-does-not-compile',
    base: 'kiosk',
    change: 'a template has a tag that does not exist',
    edits: [
      {
        file: 'stock/templates/stock/home.html',
        from: '{% endfor %}',
        to: '{% endfor %}{% markdown %}',
      },
    ],
    only: ['settings'],
    found: {
      code: 'template-broken',
      level: 'fail',
      title: 'The template stock/home.html cannot be compiled: …markdown…',
    },
  },
  {
    id: 'template-names-missing-file',
    base: 'kiosk',
    change: 'a template has a `{% static %}` of a file that does not exist',
    edits: [
      {
        file: 'stock/templates/stock/home.html',
        from: '</body>',
        to: `<img src="{% static 'stock/map.png' %}" alt=""></body>`,
      },
    ],
    only: ['settings'],
    found: {
      code: 'template-static-missing',
      level: 'fail',
      title:
        'The template stock/home.html names the static file stock/map.png, which is not there.',
      fix: 'Correct {% static',
    },
  },
  {
    id: 'variable-misnamed',
    base: 'kiosk',
    change: 'the manifest gives a variable whose name has a typing error',
    edits: [
      {
        file: 'djdev.yaml',
        from: '    SECRET_KEY: { generate: true }\n',
        to: '    SECRET_KEY: { generate: true }\n    SECURE_HTST_SECONDS: "3600"\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'variable-never-read',
      level: 'warn',
      title: 'SECURE_HTST_SECONDS is given to the application, and nothing reads it.',
      fix: 'Correct its name',
    },
  },
  {
    id: 'uploads-not-writable',
    base: 'kiosk',
    change: 'a model takes uploads, and MEDIA_ROOT belongs to root',
    edits: [
      { file: kiosk, append: 'MEDIA_URL = "/media/"\nMEDIA_ROOT = BASE_DIR / "media"\n' },
      {
        file: 'stock/models.py',
        append: '    photo = models.FileField(upload_to="photos", blank=True)\n',
      },
      {
        file: 'stock/migrations/0003_photo.py',
        write: `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("stock", "0002_fill")]
    operations = [
        migrations.AddField("item", "photo", models.FileField(upload_to="photos", blank=True)),
    ]
`,
      },
    ],
    only: ['settings'],
    found: {
      code: 'media-not-writable',
      level: 'warn',
      title: 'Uploads fail: the user of the image may not write /app/media.',
      fix: 'chown 10001:10001 /app/media',
    },
  },
];
