import type { Defect, Edit } from '../defect.ts';

const command = '"kiosk.wsgi", "--bind", "0.0.0.0:8000", "--workers", "1", "--no-control-socket"]';

function startWith(line: string): Edit {
  return { file: 'Dockerfile', from: `CMD ["gunicorn", ${command}`, to: line };
}

const shortBudget: Edit = {
  file: 'djdev.yaml',
  from: 'rehearse:\n',
  to: 'rehearse:\n  budgets: { boot: 4s }\n',
};

/** Processes that do not come up, and health URLs that say no. */
export const bootDefects: readonly Defect[] = [
  {
    id: 'application-misnamed',
    base: 'kiosk',
    change: 'CMD names a WSGI module that does not exist',
    edits: [startWith(`CMD ["gunicorn", "kiosk.application", "--bind", "0.0.0.0:8000"]`)],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production process ended with exit code … after … s.',
      detail: "No module named 'kiosk.application'",
      fix: 'kiosk.application is not in the image',
    },
  },
  {
    id: 'server-not-installed',
    base: 'kiosk',
    change: 'CMD calls uvicorn, which is not in the requirements',
    edits: [startWith('CMD ["uvicorn", "kiosk.asgi:application", "--host", "0.0.0.0"]')],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production command cannot be executed.',
      fix: 'uvicorn is not in the image',
    },
  },
  {
    id: 'unknown-option',
    base: 'kiosk',
    change: 'CMD has an option that gunicorn does not know',
    edits: [startWith(`CMD ["gunicorn", "--worker-count", "2", ${command}`)],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production process ended with exit code 2 after … s.',
      fix: 'The server does not know these arguments',
    },
  },
  {
    id: 'daemon',
    base: 'kiosk',
    change: 'gunicorn runs with `--daemon`, so the container ends at once',
    edits: [startWith(`CMD ["gunicorn", "--daemon", ${command}`)],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production process ended with exit code 0 after … s.',
      fix: 'no “--daemon”',
    },
  },
  {
    id: 'script-not-executable',
    base: 'kiosk',
    change: 'CMD is a script without the right to be executed',
    edits: [
      { file: 'start.sh', write: '#!/bin/sh\nexec gunicorn kiosk.wsgi --bind 0.0.0.0:8000\n' },
      startWith('CMD ["./start.sh"]'),
    ],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production command cannot be executed.',
      detail: 'permission denied',
    },
  },
  {
    id: 'script-with-windows-line-ends',
    base: 'kiosk',
    change: 'the script behind CMD has Windows line ends',
    edits: [
      { file: 'start.sh', write: '#!/bin/sh\r\nexec gunicorn kiosk.wsgi --bind 0.0.0.0:8000\r\n' },
      { file: 'Dockerfile', from: 'USER 10001', to: 'RUN chmod +x start.sh\nUSER 10001' },
      startWith('CMD ["./start.sh"]'),
    ],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production …',
      fix: 'Windows line ends',
    },
  },
  {
    id: 'pid-file-not-writable',
    base: 'kiosk',
    change: 'gunicorn writes its pid file where the image’s user may not',
    edits: [startWith(`CMD ["gunicorn", "--pid", "/app/gunicorn.pid", ${command}`)],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production process ended with exit code 1 after … s.',
      fix: 'The user of the image may not use /app/',
    },
  },
  {
    id: 'package-missing-at-boot',
    base: 'shop',
    change: 'the WSGI module imports a package that is not in the requirements',
    edits: [
      { file: 'config/wsgi.py', from: 'import os\n', to: 'import os\n\nimport sentry_sdk\n' },
    ],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production process ended with exit code … after … s.',
      detail: 'sentry_sdk',
      fix: 'sentry_sdk is not in the image',
    },
  },
  {
    id: 'server-configuration-fails',
    base: 'shop',
    change: 'gunicorn.conf.py reads a variable that nobody declares',
    edits: [
      {
        file: 'gunicorn.conf.py',
        from: 'int(os.environ.get("WEB_CONCURRENCY", "2"))',
        to: 'int(os.environ["WEB_CONCURRENCY"])',
      },
    ],
    only: ['boot'],
    found: {
      code: 'boot-crashed',
      level: 'fail',
      title: 'The production process ended with exit code 1 after … s.',
      fix: 'Production needs WEB_CONCURRENCY',
    },
  },
  {
    id: 'bound-to-loopback',
    base: 'kiosk',
    change: 'gunicorn binds 127.0.0.1, which only the container itself reaches',
    edits: [
      startWith(
        'CMD ["gunicorn", "kiosk.wsgi", "--bind", "127.0.0.1:8000", "--no-control-socket"]',
      ),
      shortBudget,
    ],
    only: ['boot'],
    found: {
      code: 'boot-timeout',
      level: 'fail',
      title: 'Nothing answered on port 8000 within 10 s.',
      detail: 'only from inside its container',
      fix: 'Bind to all addresses: 0.0.0.0:8000',
    },
  },
  {
    id: 'bound-to-another-port',
    base: 'kiosk',
    change: 'gunicorn listens on its own port 8080, and the manifest says 8000',
    edits: [
      startWith('CMD ["gunicorn", "kiosk.wsgi", "--bind", "0.0.0.0:8080", "--no-control-socket"]'),
      shortBudget,
    ],
    only: ['boot'],
    found: {
      code: 'boot-timeout',
      level: 'fail',
      title: 'Nothing answered on port 8000 within 10 s.',
      detail: 'not on port 8000',
      fix: 'Set the port of the process in djdev.yaml to 8080',
    },
  },
  {
    id: 'waits-at-import',
    base: 'kiosk',
    change: 'the WSGI module asks a host that never answers',
    edits: [
      {
        file: 'kiosk/wsgi.py',
        append: 'import time\n\ntime.sleep(600)\n',
      },
      shortBudget,
    ],
    only: ['boot'],
    found: {
      code: 'boot-timeout',
      level: 'fail',
      title: 'Nothing answered on port 8000 within 10 s.',
      detail: 'does not answer HTTP requests',
      fix: 'A worker may hang while it starts',
    },
  },
  {
    id: 'slow-start',
    base: 'kiosk',
    change: 'the budget of the start is a tenth of a second, and Django takes longer',
    edits: [
      { file: 'djdev.yaml', from: 'rehearse:\n', to: 'rehearse:\n  budgets: { boot: 100ms }\n' },
    ],
    only: ['boot'],
    found: {
      code: 'boot-over-budget',
      level: 'fail',
      title: 'The first healthy answer came after … ms; the budget is 100 ms.',
      fix: 'done at start',
    },
  },
  {
    id: 'health-fails',
    base: 'kiosk',
    change: 'the health view has a bug',
    edits: [
      {
        file: 'kiosk/urls.py',
        from: 'return HttpResponse(f"{Item.objects.count()} items")',
        to: 'return HttpResponse(f"{Item.objects.counted()} items")',
      },
    ],
    only: ['boot'],
    found: {
      code: 'health-unhealthy',
      level: 'fail',
      title: 'The health URL /healthz/ answers 500.',
      detail: 'AttributeError',
    },
  },
  {
    id: 'health-without-tables',
    base: 'kiosk',
    change: 'nothing migrates: the release has no command',
    edits: [
      {
        file: 'djdev.yaml',
        from: '  release:\n    - python manage.py migrate --noinput\n',
        to: '  release: []\n',
      },
    ],
    only: ['boot'],
    found: {
      code: 'health-unhealthy',
      level: 'fail',
      title: 'The health URL /healthz/ answers 500.',
      fix: 'The table stock_item is missing: run migrate in rehearse.release.',
    },
  },
  {
    id: 'health-not-there',
    base: 'shop',
    change: 'the manifest names a health URL that does not exist',
    edits: [{ file: 'djdev.yaml', from: 'health: /healthz/', to: 'health: /health/' }],
    only: ['boot'],
    found: {
      code: 'health-unhealthy',
      level: 'fail',
      title: 'The health URL /health/ answers 404.',
      fix: 'Correct processes.web.health',
    },
  },
  {
    id: 'health-behind-login',
    base: 'shop',
    change: 'the health URL is a page that wants a login',
    edits: [{ file: 'djdev.yaml', from: 'health: /healthz/', to: 'health: /admin/' }],
    only: ['boot'],
    found: {
      code: 'health-unhealthy',
      level: 'fail',
      title: 'The health URL /admin/ answers 302.',
      fix: 'It redirects to /admin/login/',
    },
  },
  {
    id: 'host-not-allowed',
    base: 'kiosk',
    silent: 'probe-by-address',
    change: 'ALLOWED_HOSTS has another name than the site',
    edits: [
      { file: 'kiosk/settings.py', from: '["kiosk.example.com"]', to: '["www.kiosk.example.com"]' },
      { file: 'kiosk/settings.py', from: '              "kiosk.urls.probes",\n', to: '' },
    ],
    only: ['boot'],
    found: {
      code: 'health-unhealthy',
      level: 'fail',
      title: 'The health URL /healthz/ answers 400.',
      detail: 'Invalid HTTP_HOST header',
      fix: 'ALLOWED_HOSTS of the production settings does not hold “kiosk.example.com”',
    },
  },
  {
    id: 'health-redirects-for-ever',
    base: 'kiosk',
    silent: 'redirect-loop',
    change: 'https is not seen, and the health URL redirects to itself',
    edits: [
      {
        file: 'kiosk/settings.py',
        from: 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n',
        to: '',
      },
      { file: 'kiosk/settings.py', from: 'SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]\n', to: '' },
    ],
    only: ['boot'],
    found: {
      code: 'health-unhealthy',
      level: 'fail',
      title: 'The health URL /healthz/ answers 301.',
      fix: 'It redirects to itself: SECURE_SSL_REDIRECT is on',
    },
  },
];
