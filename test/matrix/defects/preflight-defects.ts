import type { Defect, Edit } from '../defect.ts';

/** The image's own command is what runs. */
const manifestWithoutCommand: Edit = {
  file: 'djdev.yaml',
  from: '    command: gunicorn\n',
  to: '',
};

/** What is known before anything is built, and what stops the build. */
export const preflightDefects: readonly Defect[] = [
  {
    id: 'variable-without-value',
    base: 'shop',
    change: 'djdev.yaml requires STRIPE_KEY, and nothing gives it a value',
    edits: [
      {
        file: 'djdev.yaml',
        from: '    EMAIL_URL:',
        to: '    STRIPE_KEY: { secret: true, required: true }\n    EMAIL_URL:',
      },
    ],
    only: ['preflight'],
    found: {
      code: 'env-missing',
      level: 'fail',
      title: 'STRIPE_KEY is required and has no value.',
      fix: 'A rehearsal needs no real secret.',
    },
  },
  {
    id: 'base-without-tag',
    base: 'shop',
    change: '`FROM python` without a tag',
    edits: [{ file: 'Dockerfile', from: 'FROM python:3.13-slim', to: 'FROM python' }],
    only: ['preflight'],
    found: {
      code: 'base-not-pinned',
      level: 'warn',
      title: 'The base image python is another one tomorrow.',
      fix: 'python:3.13-slim',
    },
  },
  {
    id: 'collectstatic-without-variables',
    base: 'shop',
    change: '`RUN python manage.py collectstatic` without the variables that settings require',
    edits: [
      {
        file: 'Dockerfile',
        from: `RUN DJANGO_SECRET_KEY=only-for-collectstatic \\
    DJANGO_ALLOWED_HOSTS=only-for-collectstatic \\
    DATABASE_URL=postgres://only-for-collectstatic \\
    EMAIL_URL=smtp://only-for-collectstatic \\
    python`,
        to: 'RUN python',
      },
    ],
    only: ['build'],
    found: {
      code: 'build-failed',
      level: 'fail',
      title: 'The build fails at step …, RUN. The command ended with exit code 1.',
      detail: 'The environment variable DJANGO_SECRET_KEY is required',
      fix: 'RUN DJANGO_SECRET_KEY=build-only python manage.py collectstatic --noinput',
    },
  },
  {
    id: 'secret-without-value',
    base: 'shop',
    change: 'DJANGO_SECRET_KEY is declared as a secret, without `generate` and without a value',
    edits: [
      { file: 'djdev.yaml', from: '{ secret: true, generate: true }', to: '{ secret: true }' },
    ],
    only: ['preflight'],
    found: {
      code: 'env-missing',
      level: 'fail',
      title: 'DJANGO_SECRET_KEY is required and has no value.',
      fix: 'generate: true',
    },
  },
  {
    id: 'build-secret-without-value',
    base: 'shop',
    change: 'the build wants a secret from PIP_INDEX_TOKEN, which is not set',
    edits: [
      {
        file: 'djdev.yaml',
        from: 'app:\n',
        to: 'app:\n  build:\n    secrets:\n      pip_token: { env: PIP_INDEX_TOKEN }\n',
      },
    ],
    only: ['preflight'],
    found: {
      code: 'env-missing',
      level: 'fail',
      title: 'The build secret pip_token has no value: …',
      fix: 'the image never holds it',
    },
  },
  {
    id: 'base-latest',
    base: 'bookings',
    change: '`FROM python:latest`',
    edits: [{ file: 'Dockerfile', from: 'FROM python:3.13-slim', to: 'FROM python:latest' }],
    only: ['preflight'],
    found: {
      code: 'base-not-pinned',
      level: 'warn',
      title: 'The base image python:latest is another one tomorrow.',
      detail: 'the tag latest',
    },
  },
  {
    id: 'stage-base-without-tag',
    base: 'kiosk',
    change: 'a second stage copies from `postgres` without a tag',
    edits: [{ file: 'Dockerfile', from: 'FROM ', to: 'FROM postgres AS tools\nFROM ' }],
    only: ['preflight'],
    found: {
      code: 'base-not-pinned',
      level: 'warn',
      title: 'The base image postgres is another one tomorrow.',
    },
  },
  {
    id: 'copied-file-ignored',
    base: 'kiosk',
    change: '`.dockerignore` leaves out build_settings.py, which a COPY names',
    edits: [
      { file: '.dockerignore', append: 'build_settings.py\n' },
      { file: 'Dockerfile', from: 'COPY . .\n', to: 'COPY build_settings.py .\nCOPY . .\n' },
    ],
    only: ['build'],
    found: {
      code: 'build-failed',
      level: 'fail',
      title: 'The build fails at step …, COPY. The build context has no build_settings.py.',
      fix: '.dockerignore:4 (“build_settings.py”) keeps it out of the build',
    },
  },
  {
    id: 'stylesheet-names-missing-file',
    base: 'shop',
    change: 'a style sheet names a picture that does not exist, and the build collects',
    edits: [
      { file: 'static/css/site.css', append: 'main { background: url("../img/gone.png") }\n' },
    ],
    only: ['build'],
    found: {
      code: 'build-failed',
      level: 'fail',
      title: 'The build fails at step …, RUN. The command ended with exit code 1.',
      detail: 'img/gone.png',
      fix: 'The CSS file “css/site.css” refers to “img/gone.png”, which does not exist.',
    },
  },
  {
    id: 'syntax-error-in-settings',
    base: 'shop',
    change: 'a bracket is missing in the settings that the build imports',
    edits: [
      {
        file: 'config/settings/base.py',
        from: 'STATICFILES_DIRS = [BASE_DIR / "static"]',
        to: 'STATICFILES_DIRS = [BASE_DIR / "static"',
      },
      { file: 'Dockerfile', append: '# The whole build.\n' },
    ],
    only: ['build'],
    found: {
      code: 'build-failed',
      level: 'fail',
      title: 'The build fails at step …, RUN. The command ended with exit code 1.',
      detail: 'was never closed',
    },
  },
  {
    id: 'command-in-shell-form',
    base: 'bookings',
    change: '`CMD gunicorn` in shell form',
    edits: [
      { file: 'Dockerfile', from: 'CMD ["gunicorn"]', to: 'CMD gunicorn --workers 3' },
      manifestWithoutCommand,
    ],
    only: ['preflight'],
    found: {
      code: 'command-shell-form',
      level: 'warn',
      title: 'CMD is in shell form: /bin/sh is PID 1, and keeps SIGTERM for itself.',
      fix: 'CMD ["gunicorn", "--workers", "3"]',
    },
  },
  {
    id: 'entrypoint-in-shell-form',
    base: 'kiosk',
    change: '`ENTRYPOINT python manage.py migrate && gunicorn …` in shell form',
    edits: [
      {
        file: 'Dockerfile',
        from: 'EXPOSE 8000\n',
        to: 'EXPOSE 8000\nENTRYPOINT python manage.py check && gunicorn kiosk.wsgi --bind 0.0.0.0:8000\n',
      },
    ],
    only: ['preflight'],
    found: {
      code: 'command-shell-form',
      level: 'warn',
      title: 'ENTRYPOINT is in shell form: /bin/sh is PID 1, and keeps SIGTERM for itself.',
      fix: '&& exec gunicorn kiosk.wsgi',
    },
  },
  {
    id: 'add-from-network',
    base: 'shop',
    change: '`ADD https://…` brings a program without a checksum',
    edits: [
      {
        file: 'Dockerfile',
        from: 'WORKDIR /app\n',
        to: 'WORKDIR /app\nADD https://example.com/wait-for-it.sh /usr/local/bin/\n',
      },
    ],
    only: ['preflight'],
    found: {
      code: 'dockerfile-adds-url',
      level: 'warn',
      title: 'ADD takes a file from the network, whatever it is today.',
      fix: '--checksum=sha256:',
    },
  },
  {
    id: 'token-as-argument',
    base: 'shop',
    change: '`ARG PIP_TOKEN` gives a secret to the build',
    edits: [{ file: 'Dockerfile', from: 'WORKDIR /app\n', to: 'ARG PIP_TOKEN\nWORKDIR /app\n' }],
    only: ['preflight'],
    found: {
      code: 'build-secret-argument',
      level: 'warn',
      title: 'The build argument PIP_TOKEN stays in the history of the image.',
      fix: 'RUN --mount=type=secret,id=pip_token,env=PIP_TOKEN',
    },
  },
  {
    id: 'dependency-open',
    base: 'shop',
    change: '`Django>=5.2` in requirements.txt',
    edits: [{ file: 'requirements.txt', from: 'Django==5.2.19', to: 'Django>=5.2' }],
    only: ['preflight'],
    found: {
      code: 'dependencies-not-pinned',
      level: 'warn',
      title: 'The build takes whatever fits Django>=5.2 on that day.',
      fix: 'pip freeze',
    },
  },
  {
    id: 'dependency-in-the-dockerfile',
    base: 'bookings',
    change: 'a RUN installs gunicorn by its name alone',
    edits: [
      {
        file: 'Dockerfile',
        from: 'RUN pip install --no-cache-dir -r requirements.txt',
        to: 'RUN pip install --no-cache-dir -r requirements.txt && pip install gevent',
      },
    ],
    only: ['preflight'],
    found: {
      code: 'dependencies-not-pinned',
      level: 'warn',
      title: 'The build takes whatever fits gevent on that day.',
    },
  },
  {
    id: 'lockfile-not-there',
    base: 'kiosk',
    change: '`uv sync --frozen` in the Dockerfile, and nobody has committed uv.lock',
    edits: [
      {
        file: 'pyproject.toml',
        write: '[project]\nname = "kiosk"\nversion = "1"\ndependencies = ["django==5.2.19"]\n',
      },
      {
        file: 'Dockerfile',
        from: 'COPY . .\n',
        to: 'COPY pyproject.toml .\nRUN uv sync\nCOPY . .\n',
      },
    ],
    only: ['preflight'],
    found: {
      code: 'dependencies-not-pinned',
      level: 'warn',
      title: 'uv … finds no uv.lock, and chooses versions anew in every build.',
      fix: 'Commit uv.lock',
    },
  },
  {
    id: 'node-modules-copied',
    base: 'shop',
    change: '`node_modules` is not in `.dockerignore`',
    edits: [
      { file: '.dockerignore', from: 'node_modules\n', to: '' },
      { file: 'node_modules/tailwind/index.js', write: 'module.exports = {}\n' },
    ],
    only: ['preflight'],
    found: {
      code: 'context-not-clean',
      level: 'warn',
      title: 'COPY takes node_modules of this machine into the image.',
      fix: 'In .dockerignore:\nnode_modules',
    },
  },
  {
    id: 'virtual-environment-copied',
    base: 'kiosk',
    change: 'a developer’s virtual environment is copied',
    edits: [{ file: '.venv/pyvenv.cfg', write: 'version = 3.13.5\n' }],
    only: ['preflight'],
    found: {
      code: 'context-not-clean',
      level: 'warn',
      title: 'COPY takes .venv of this machine into the image.',
    },
  },
];
