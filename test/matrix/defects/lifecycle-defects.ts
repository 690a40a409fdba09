import type { Defect, Edit } from '../defect.ts';
import { kiosk } from './places.ts';

const server = 'gunicorn kiosk.wsgi --bind 0.0.0.0:8000 --workers 1 --no-control-socket';

function startWith(line: string): Edit {
  return {
    file: 'Dockerfile',
    from: 'CMD ["gunicorn", "kiosk.wsgi", "--bind", "0.0.0.0:8000", "--workers", "1", "--no-control-socket"]\n',
    to: `${line}\n`,
  };
}

const shortGrace: Edit = {
  file: 'djdev.yaml',
  from: 'rehearse:\n',
  to: 'rehearse:\n  grace: 3s\n',
};

/** Losses that a running application has to live with, and its end. */
export const lifecycleDefects: readonly Defect[] = [
  {
    id: 'connections-kept-unchecked',
    base: 'kiosk',
    silent: 'kept-connections',
    change: 'CONN_MAX_AGE 600 without CONN_HEALTH_CHECKS, and the database is restarted',
    edits: [
      { file: kiosk, from: '    "PASSWORD": ', to: '    "CONN_MAX_AGE": 600,\n    "PASSWORD": ' },
    ],
    only: ['recovery'],
    found: {
      code: 'database-restart-fails',
      level: 'fail',
      title: 'After a restart of the database … fail….',
      fix: 'CONN_HEALTH_CHECKS = True',
    },
  },
  {
    id: 'connection-opened-at-import',
    base: 'kiosk',
    change: 'a view keeps a database connection of its own, opened at import',
    edits: [
      {
        file: 'kiosk/urls.py',
        from: 'def home(request):\n',
        to: `from django.db import connections
own = connections["default"].copy()

def home(request):
    own.cursor().execute("SELECT 1")
`,
      },
    ],
    only: ['recovery'],
    found: {
      code: 'database-restart-fails',
      level: 'fail',
      title: 'After a restart of the database the application does not serve again.',
      detail: 'requests failed.',
    },
  },
  {
    id: 'worker-starts-only-once',
    base: 'kiosk',
    change: 'a lock file of the first worker keeps its successor from starting',
    edits: [
      {
        file: 'kiosk/wsgi.py',
        append: `
open("/tmp/worker.lock", "x").close()
`,
      },
    ],
    only: ['recovery'],
    found: {
      code: 'worker-not-replaced',
      level: 'fail',
      title: 'A worker that is killed is not replaced.',
      detail: 'gunicorn',
    },
  },
  {
    id: 'shell-before-server',
    base: 'kiosk',
    silent: 'shell-as-pid-1',
    change: '`CMD ["sh", "-c", "python manage.py check && gunicorn …"]`',
    edits: [startWith(`CMD ["sh", "-c", "python manage.py check && ${server}"]`), shortGrace],
    only: ['shutdown'],
    found: {
      code: 'shutdown-killed',
      level: 'fail',
      title: 'The production process did not end within 3 s of SIGTERM.',
      detail: 'PID 1: sh -c',
      fix: '&& exec gunicorn kiosk.wsgi',
    },
  },
  {
    id: 'shell-form',
    base: 'kiosk',
    silent: 'shell-as-pid-1',
    change: 'CMD in shell form: `CMD python manage.py check; gunicorn …`',
    edits: [startWith(`CMD python manage.py check; ${server}`), shortGrace],
    only: ['shutdown'],
    found: {
      code: 'shutdown-killed',
      level: 'fail',
      title: 'The production process did not end within 3 s of SIGTERM.',
      detail: 'PID 1: /bin/sh -c',
    },
    also: ['warn command-shell-form'],
  },
  {
    id: 'script-without-exec',
    base: 'kiosk',
    silent: 'shell-as-pid-1',
    change: 'an entry script starts the server without `exec`',
    edits: [
      { file: 'start.sh', write: `#!/bin/sh\nset -e\npython manage.py check\n${server}\n` },
      { file: 'Dockerfile', from: 'USER 10001', to: 'RUN chmod +x start.sh\nUSER 10001' },
      startWith('CMD ["./start.sh"]'),
      shortGrace,
    ],
    only: ['shutdown'],
    found: {
      code: 'shutdown-killed',
      level: 'fail',
      title: 'The production process did not end within 3 s of SIGTERM.',
      detail: 'start.sh',
      fix: 'exec',
    },
  },
  {
    id: 'init-before-script',
    base: 'kiosk',
    silent: 'init-before-script',
    change: 'an init as PID 1 passes SIGTERM to a script without `exec`',
    edits: [
      { file: 'start.sh', write: `#!/bin/sh\nset -e\npython manage.py check\n${server}\n` },
      {
        file: 'Dockerfile',
        from: 'USER 10001',
        to: 'RUN chmod +x start.sh && pip install --no-cache-dir dumb-init==1.2.5.post1\nUSER 10001',
      },
      startWith('CMD ["dumb-init", "--single-child", "./start.sh"]'),
    ],
    only: ['shutdown'],
    found: {
      code: 'shutdown-exit-code',
      level: 'warn',
      title: 'The production process ended with exit code 143 after SIGTERM.',
      detail: 'the signal itself ended it',
      fix: 'exec gunicorn',
    },
    also: ['fail shutdown-drops-requests'],
  },
  {
    id: 'signal-ignored',
    base: 'kiosk',
    change: 'the application replaces gunicorn’s handler of SIGTERM in its parent',
    edits: [
      {
        file: 'gunicorn.conf.py',
        write:
          'import signal\n\ndef when_ready(server):\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n',
      },
      shortGrace,
    ],
    only: ['shutdown'],
    found: {
      code: 'shutdown-killed',
      level: 'fail',
      title: 'The production process did not end within 3 s of SIGTERM.',
      fix: 'As PID 1 it needs a handler for it',
    },
  },
  {
    id: 'runserver',
    base: 'kiosk',
    change: '`manage.py runserver` is the production command',
    edits: [
      startWith('CMD ["python", "manage.py", "runserver", "--noreload", "0.0.0.0:8000"]'),
      shortGrace,
    ],
    only: ['shutdown'],
    found: {
      code: 'shutdown-killed',
      level: 'fail',
      title: 'The production process did not end within 3 s of SIGTERM.',
      fix: 'runserver is no production server',
    },
  },
  {
    id: 'exit-hook-fails',
    base: 'kiosk',
    change: 'gunicorn’s hook at exit raises',
    edits: [
      { file: 'gunicorn.conf.py', write: 'import os\n\ndef on_exit(server):\n    os._exit(7)\n' },
    ],
    only: ['shutdown'],
    found: {
      code: 'shutdown-exit-code',
      level: 'fail',
      title: 'The production process ended with exit code 7 after SIGTERM.',
      fix: 'a hook that runs at exit',
    },
  },
  {
    id: 'stop-signal-of-an-interrupt',
    base: 'kiosk',
    silent: 'quick-stop',
    change: '`STOPSIGNAL SIGINT`, at which gunicorn drops what it is doing',
    edits: [{ file: 'Dockerfile', from: 'EXPOSE 8000\n', to: 'EXPOSE 8000\nSTOPSIGNAL SIGINT\n' }],
    only: ['shutdown'],
    found: {
      code: 'shutdown-quick-signal',
      level: 'fail',
      title: 'SIGINT is gunicorn’s quick stop: … dropped.',
      fix: 'no STOPSIGNAL in the Dockerfile',
    },
  },
  {
    id: 'patience-longer-than-grace',
    base: 'kiosk',
    silent: 'grace-too-short',
    change: '`--graceful-timeout 60`, and the platform kills after 10 s',
    edits: [startWith(`CMD ["sh", "-c", "exec ${server} --graceful-timeout 60"]`)],
    only: ['shutdown'],
    found: {
      code: 'grace-too-short',
      level: 'warn',
      title: 'The server waits up to 60 s for requests under way, and is killed after 10 s.',
      fix: '8, or a longer grace on the platform',
    },
  },
  {
    id: 'queue-reset-without-drain',
    base: 'kiosk',
    silent: 'queue-reset',
    change: 'one sync worker, on a platform that stops containers without draining first',
    edits: [{ file: 'djdev.yaml', from: 'rehearse:\n', to: 'rehearse:\n  target: kubernetes\n' }],
    only: ['shutdown'],
    found: {
      code: 'shutdown-resets-queue',
      level: 'warn',
      title: 'SIGTERM resets … that waited for a worker.',
      fix: 'a preStop hook: sleep 10',
    },
  },
  {
    id: 'outage-remembered',
    base: 'kiosk',
    change: 'once a query has failed, a circuit breaker without a way back refuses all others',
    edits: [
      {
        file: 'kiosk/urls.py',
        from: 'def home(request):\n',
        to: `broken = []

def home(request):
    from django.db import connection
    if broken:
        raise RuntimeError("the circuit is open")
    try:
        connection.ensure_connection()
        connection.cursor().execute("SELECT 1")
    except Exception:
        broken.append(True)
        raise
`,
      },
    ],
    only: ['recovery'],
    found: {
      code: 'database-recovery-slow',
      level: 'fail',
      title: 'The application still fails … s after its database is back.',
      detail: 'the circuit is open',
    },
  },
  {
    id: 'workers-recycled-together',
    base: 'kiosk',
    change: 'two workers with `--max-requests 1000` and no jitter',
    edits: [
      startWith(
        'CMD ["gunicorn", "kiosk.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--max-requests", "1000", "--no-control-socket"]',
      ),
    ],
    only: ['recovery'],
    found: {
      code: 'max-requests-without-jitter',
      level: 'warn',
      title: 'All 2 workers end after 1000 requests, at about the same time.',
      fix: '--max-requests-jitter 100',
    },
  },
  {
    id: 'memory-over-budget',
    base: 'kiosk',
    change: 'the budget of memory is 20 MB, and Django alone takes more',
    edits: [
      { file: 'djdev.yaml', from: 'rehearse:\n', to: 'rehearse:\n  budgets: { memory: 20MB }\n' },
    ],
    only: ['recovery'],
    found: {
      code: 'memory-over-budget',
      level: 'fail',
      title: 'The web container takes … MB; the budget is 20 MB.',
      detail: 'PID 1',
    },
  },
  {
    id: 'release-works-only-once',
    base: 'kiosk',
    change: 'a release command creates a row, and fails when it is there already',
    edits: [
      {
        file: 'djdev.yaml',
        from: '    - python manage.py migrate --noinput\n',
        to: '    - python manage.py migrate --noinput\n    - python manage.py first\n',
      },
      { file: 'stock/management/__init__.py', write: '' },
      { file: 'stock/management/commands/__init__.py', write: '' },
      {
        file: 'stock/management/commands/first.py',
        write: `from django.core.management.base import BaseCommand, CommandError
from stock.models import Item

class Command(BaseCommand):
    def handle(self, **options):
        if Item.objects.filter(name="first").exists():
            raise CommandError("there is a first item already")
        Item.objects.create(name="first")
`,
      },
    ],
    only: ['recovery'],
    found: {
      code: 'release-not-repeatable',
      level: 'fail',
      title: '“python manage.py first” fails when the same release is deployed again.',
      detail: 'there is a first item already',
      fix: 'get_or_create',
    },
  },
];
