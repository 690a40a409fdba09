import type { Defect } from '../defect.ts';
import { base, kiosk, production, replaceLogging } from './places.ts';

/** Production settings that cannot be imported, or that `check --deploy` speaks of. */
export const settingsDefects: readonly Defect[] = [
  {
    id: 'setting-without-variable',
    base: 'shop',
    change: '`os.environ["STRIPE_KEY"]` in the settings, and the manifest does not declare it',
    edits: [{ file: production, append: 'import os\nSTRIPE_KEY = os.environ["STRIPE_KEY"]\n' }],
    only: ['settings'],
    found: {
      code: 'settings-import-failed',
      level: 'fail',
      title: 'The production settings cannot be imported: the variable STRIPE_KEY has no value.',
      detail: "KeyError: 'STRIPE_KEY' at config/settings/production.py",
      fix: 'Production needs STRIPE_KEY.',
    },
  },
  {
    id: 'required-variable-undeclared',
    base: 'shop',
    change: 'the settings require SENTRY_DSN with a message of their own, and nobody declares it',
    edits: [{ file: production, append: 'SENTRY_DSN = env.required("SENTRY_DSN")\n' }],
    only: ['settings'],
    found: {
      code: 'settings-import-failed',
      level: 'fail',
      title: 'The production settings cannot be imported: the variable SENTRY_DSN has no value.',
      fix: 'SENTRY_DSN',
    },
  },
  {
    id: 'name-error-in-settings',
    base: 'shop',
    change: 'a typing error in a name of the production settings',
    edits: [{ file: production, from: 'env.integer(', to: 'env.integre(' }],
    only: ['settings'],
    found: {
      code: 'settings-import-failed',
      level: 'fail',
      title:
        "The production settings cannot be imported: AttributeError: module 'config.env' has no attribute 'integre'.",
    },
  },
  {
    id: 'app-not-installed',
    base: 'shop',
    change: 'an app in INSTALLED_APPS whose package is not in the requirements',
    edits: [
      { file: base, from: '    "corsheaders",\n', to: '    "corsheaders",\n    "taggit",\n' },
    ],
    only: ['settings'],
    found: {
      code: 'settings-import-failed',
      level: 'fail',
      title:
        'The project’s apps cannot be loaded with the production settings: the module “taggit” is not in the image.',
      fix: 'requirements',
    },
  },
  {
    id: 'models-do-not-import',
    base: 'shop',
    change: 'a module of models uses a name that it does not import',
    edits: [{ file: 'newsletter/models.py', append: '\n\nCREATED = timezone.now\n' }],
    only: ['settings'],
    found: {
      code: 'settings-import-failed',
      level: 'fail',
      title:
        "The project’s apps cannot be loaded with the production settings: NameError: name 'timezone' is not defined.",
    },
  },
  {
    id: 'settings-module-misnamed',
    base: 'shop',
    change: 'DJANGO_SETTINGS_MODULE names a module that does not exist',
    edits: [
      {
        file: 'djdev.yaml',
        from: 'prod: config.settings.production',
        to: 'prod: config.settings.prod',
      },
    ],
    only: ['settings'],
    found: {
      code: 'settings-import-failed',
      level: 'fail',
      title:
        'The production settings cannot be imported: the module “config.settings.prod” is not in the image.',
    },
  },
  {
    id: 'middleware-does-not-exist',
    base: 'bookings',
    change: 'a middleware is named by a path that does not exist',
    edits: [
      {
        file: base,
        from: '"config.security.content_security_policy"',
        to: '"config.security.csp"',
      },
    ],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production process ended with exit code … after … s.',
      detail: 'config.security',
    },
  },
  {
    id: 'debug-on',
    base: 'shop',
    change: '`DEBUG = True` in the production settings',
    edits: [{ file: production, from: 'DEBUG = False', to: 'DEBUG = True' }],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'fail',
      title: 'security.W018: You should not have DEBUG set to True in deployment.',
      fix: 'DEBUG = False',
    },
  },
  {
    id: 'no-allowed-hosts',
    base: 'kiosk',
    change: 'ALLOWED_HOSTS is empty',
    edits: [{ file: kiosk, from: '["kiosk.example.com"]', to: '[]' }],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'fail',
      title: 'security.W020: ALLOWED_HOSTS must not be empty in deployment.',
    },
  },
  {
    id: 'session-cookie-over-http',
    base: 'shop',
    change: 'SESSION_COOKIE_SECURE is off',
    edits: [{ file: production, from: 'SESSION_COOKIE_SECURE = True\n', to: '' }],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'warn',
      title: 'security.W012: …',
      fix: 'SESSION_COOKIE_SECURE = True',
    },
  },
  {
    id: 'csrf-cookie-over-http',
    base: 'bookings',
    change: 'CSRF_COOKIE_SECURE is off',
    edits: [{ file: production, from: 'CSRF_COOKIE_SECURE = True\n', to: '' }],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'warn',
      title: 'security.W016: …',
      fix: 'CSRF_COOKIE_SECURE = True',
    },
  },
  {
    id: 'no-hsts',
    base: 'kiosk',
    change: 'SECURE_HSTS_SECONDS is not set',
    edits: [{ file: kiosk, from: 'SECURE_HSTS_SECONDS = 31536000\n', to: '' }],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'warn',
      title: 'security.W004: …',
      fix: 'SECURE_HSTS_SECONDS',
    },
  },
  {
    id: 'no-redirect-to-https',
    base: 'kiosk',
    change: 'SECURE_SSL_REDIRECT is off, and nothing says that the proxy redirects',
    edits: [{ file: kiosk, from: 'SECURE_SSL_REDIRECT = True\n', to: '' }],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'warn',
      title: 'security.W008: …',
      fix: 'SECURE_SSL_REDIRECT',
    },
  },
  {
    id: 'reverse-accessors-clash',
    base: 'shop',
    change: 'two foreign keys to the same model with the same reverse name',
    edits: [
      {
        file: 'catalog/models.py',
        from: 'class ProductQuerySet',
        to: `class Shelf(models.Model):
    left = models.ForeignKey(Category, models.CASCADE)
    right = models.ForeignKey(Category, models.CASCADE)


class ProductQuerySet`,
      },
    ],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'fail',
      title: 'fields.E304: …',
    },
    also: ['fail migrations-missing'],
  },
  {
    id: 'key-in-the-code',
    base: 'shop',
    change: '`SECRET_KEY = "…"` in the settings',
    edits: [
      {
        file: base,
        from: 'SECRET_KEY = env.required("DJANGO_SECRET_KEY")',
        to: 'SECRET_KEY = "h4rd-c0ded-and-long-enough-for-the-deploy-check-0123456789-abcdef"',
      },
    ],
    only: ['settings'],
    found: {
      code: 'secret-key-hard-coded',
      level: 'fail',
      title: 'Production’s secret key is written in the code.',
      fix: 'SECRET_KEY = os.environ',
    },
  },
  {
    id: 'insecure-key-in-the-code',
    base: 'kiosk',
    change: 'the key that `startproject` has written is still there',
    edits: [
      {
        file: kiosk,
        from: 'SECRET_KEY = os.environ["SECRET_KEY"]',
        to: 'SECRET_KEY = "django-insecure-#z0c6(l8h!x4n2k9v5b7m3q1w-e_r+t=y^u&i*o@p$a%sdfg"',
      },
    ],
    only: ['settings'],
    found: {
      code: 'secret-key-hard-coded',
      level: 'fail',
      title: 'Production’s secret key is written in the code.',
    },
    also: ['fail deploy-check'],
  },
  {
    id: 'key-with-fallback',
    base: 'shop',
    change: 'the secret key has a default for when its variable is missing',
    edits: [
      {
        file: base,
        from: 'env.required("DJANGO_SECRET_KEY")',
        to: 'env.optional("DJANGO_SECRET_KEY", "only-for-development-and-long-enough-0123456789-abcdefgh")',
      },
    ],
    only: ['settings'],
    found: {
      code: 'secret-key-fallback',
      level: 'fail',
      title: 'Without DJANGO_SECRET_KEY the settings take another secret key, and say nothing.',
      fix: 'SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]',
    },
  },
  {
    id: 'key-made-up-at-start',
    base: 'kiosk',
    change: 'without its variable the settings make up a random key in every worker',
    edits: [
      {
        file: kiosk,
        from: 'SECRET_KEY = os.environ["SECRET_KEY"]',
        to: 'from django.core.management.utils import get_random_secret_key\nSECRET_KEY = os.environ.get("SECRET_KEY") or get_random_secret_key()',
      },
    ],
    only: ['settings'],
    found: {
      code: 'secret-key-fallback',
      level: 'fail',
      title: 'Without SECRET_KEY the settings take another secret key, and say nothing.',
    },
  },
  {
    id: 'database-falls-back-to-sqlite',
    base: 'shop',
    change: 'without DATABASE_URL the settings take SQLite',
    edits: [
      {
        file: base,
        from: 'DATABASES = {"default": env.database("DATABASE_URL")}',
        to: `import os

if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": env.database("DATABASE_URL")}
else:
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}
    }`,
      },
    ],
    only: ['settings'],
    found: {
      code: 'database-fallback',
      level: 'fail',
      title: 'Without DATABASE_URL the settings use SQLite, and say nothing.',
      fix: 'without a default',
    },
  },
  {
    id: 'database-falls-back-to-localhost',
    base: 'kiosk',
    change: 'the variables of the database have defaults: localhost, postgres, postgres',
    edits: ['HOST', 'PORT', 'DB', 'USER', 'PASSWORD'].map((name) => ({
      file: kiosk,
      from: `os.environ["POSTGRES_${name}"]`,
      to: `os.environ.get("POSTGRES_${name}", "${name === 'HOST' ? 'localhost' : 'postgres'}")`,
    })),
    only: ['settings'],
    found: {
      code: 'database-fallback',
      level: 'warn',
      title:
        'Without … the settings use django.db.backends.postgresql at “localhost”, and say nothing.',
    },
  },
  {
    id: 'no-logging',
    base: 'kiosk',
    silent: 'default-logging',
    change: 'no LOGGING: with DEBUG off, Django’s own shows no error',
    edits: [replaceLogging('LOGGING = {}')],
    only: ['settings'],
    found: {
      code: 'errors-not-logged',
      level: 'fail',
      title: 'Errors leave no line in the log: nothing that “django.request” writes is seen.',
      detail: 'AdminEmailHandler',
      fix: 'LOGGING = {',
    },
  },
  {
    id: 'logging-only-in-debug',
    base: 'kiosk',
    silent: 'default-logging',
    change: 'the console handler of LOGGING has the filter RequireDebugTrue',
    edits: [
      replaceLogging(`LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"debug": {"()": "django.utils.log.RequireDebugTrue"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["debug"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
}`),
    ],
    only: ['settings'],
    found: {
      code: 'errors-not-logged',
      level: 'fail',
      title: 'Errors leave no line in the log: nothing that “…” writes is seen.',
    },
  },
  {
    id: 'logging-into-a-file',
    base: 'kiosk',
    change: 'LOGGING writes into a file of the container, which nobody reads',
    edits: [
      replaceLogging(`LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": "/tmp/django.log"}},
    "root": {"handlers": ["file"], "level": "INFO"},
}`),
    ],
    only: ['settings'],
    found: {
      code: 'errors-not-logged',
      level: 'fail',
      title: 'Errors leave no line in the log: nothing that “…” writes is seen.',
      detail: 'FileHandler',
    },
  },
  {
    id: 'log-formatter-fails',
    base: 'shop',
    change: 'the JSON formatter fails at records with an exception',
    edits: [
      {
        file: 'config/logs.py',
        from: 'self.formatException(record.exc_info)',
        to: 'self.format_exception(record.exc_info)',
      },
    ],
    only: ['settings'],
    found: {
      code: 'errors-not-logged',
      level: 'fail',
      title: 'Errors leave no line in the log: the formatter of “…” fails.',
      detail: 'format_exception',
      fix: 'Mend the formatter',
    },
  },
  {
    id: 'error-page-asks-missing-asset',
    base: 'shop',
    silent: 'broken-error-page',
    change: '500.html has a `{% static %}` that the manifest does not know',
    edits: [
      {
        file: 'templates/500.html',
        append: '{% load static %}{% block art %}{% static "img/sorry.svg" %}{% endblock %}\n',
      },
      {
        file: 'templates/includes/error.html',
        from: '</body>',
        to: '{% block art %}{% endblock %}</body>',
      },
    ],
    only: ['settings'],
    found: {
      code: 'error-page-broken',
      level: 'fail',
      title: 'The page for 500 fails itself: …img/sorry.svg…',
      fix: 'Correct the {% static %} in 500.html',
    },
    also: ['fail template-static-missing'],
  },
  {
    id: 'error-page-has-unknown-url',
    base: 'shop',
    silent: 'broken-error-page',
    change: '404.html links to a URL name that does not exist',
    edits: [
      {
        file: 'templates/404.html',
        from: 'The address is wrong',
        to: '{% url "catalog:start" %} The address is wrong',
      },
    ],
    only: ['settings'],
    found: {
      code: 'error-page-broken',
      level: 'fail',
      title: 'The page for 404 fails itself: …NoReverseMatch…',
      fix: 'Correct the {% url %} in 404.html',
    },
  },
  {
    id: 'error-handler-fails',
    base: 'kiosk',
    change: 'handler500 takes an argument that Django does not give',
    edits: [
      {
        file: 'kiosk/urls.py',
        append:
          '\ndef sorry(request, exception):\n    return HttpResponse("sorry", status=500)\n\nhandler500 = "kiosk.urls.sorry"\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'deploy-check',
      level: 'fail',
      title: 'urls.E007: …handler500…',
    },
    also: ['fail error-page-broken'],
  },
];
