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
    also: ['warn connections-not-checked'],
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
];
