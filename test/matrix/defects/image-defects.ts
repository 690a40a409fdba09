import { kioskCommand } from '../../support/kiosk.ts';
import type { Defect } from '../defect.ts';

/** What must not be in an image, and what it must have. */
export const imageDefects: readonly Defect[] = [
  {
    id: 'no-user',
    base: 'shop',
    change: 'the Dockerfile has no USER',
    edits: [{ file: 'Dockerfile', from: 'USER 10001:10001\n', to: '' }],
    only: ['image'],
    found: {
      code: 'image-runs-as-root',
      level: 'warn',
      title: 'The production process runs as root.',
      detail: 'has no USER',
      fix: 'USER 10001',
    },
  },
  {
    id: 'user-root-again',
    base: 'shop',
    change: 'USER root after the last COPY, and no way back',
    edits: [{ file: 'Dockerfile', from: 'USER 10001:10001\n', to: 'USER 10001\nUSER root\n' }],
    only: ['image'],
    found: {
      code: 'image-runs-as-root',
      level: 'warn',
      title: 'The production process runs as root.',
      detail: 'The last USER of the Dockerfile is root.',
    },
  },
  {
    id: 'env-file-copied',
    base: 'shop',
    change: '`.env` is not in `.dockerignore`, so `COPY . .` takes it',
    edits: [
      { file: '.dockerignore', from: '.env\n.env.*\n', to: '' },
      { file: '.env', write: 'EXAMPLE_API=1\n' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-env-file',
      level: 'fail',
      title: 'An env file in the image: /app/.env',
      fix: '.dockerignore',
    },
  },
  {
    id: 'env-file-deleted-later',
    base: 'shop',
    silent: 'readable-layers',
    change: '`.env.production` is copied, and deleted by a later RUN',
    edits: [
      { file: '.dockerignore', from: '.env.*\n', to: '' },
      { file: '.env.production', write: 'EXAMPLE_API=1\n' },
      { file: 'Dockerfile', from: 'USER 10001', to: 'RUN rm .env.production\nUSER 10001' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-env-file',
      level: 'fail',
      title: 'An env file in the image: /app/.env.production',
      detail: 'still readable',
    },
  },
  {
    id: 'git-copied',
    base: 'kiosk',
    change: '`.git` is not in `.dockerignore`',
    edits: [
      { file: '.git/HEAD', write: 'ref: refs/heads/main\n' },
      { file: '.git/config', write: '[core]\n\tbare = false\n' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-git',
      level: 'fail',
      title: 'A .git directory in the image: /app/.git',
      fix: 'Add “.git” to .dockerignore',
    },
  },
  {
    id: 'deploy-key-copied',
    base: 'shop',
    change: 'an SSH key for private packages lies in the project and is copied',
    edits: [{ file: 'ops/id_ed25519', write: privateKey('OPENSSH') }],
    only: ['image'],
    found: {
      code: 'image-contains-key',
      level: 'fail',
      title: 'A private key in the image: /app/ops/id_ed25519',
      fix: 'RUN --mount=type=secret',
    },
  },
  {
    id: 'tls-key-deleted-later',
    base: 'shop',
    silent: 'readable-layers',
    change: 'a TLS key is copied, used and deleted by a later RUN',
    edits: [
      { file: '.dockerignore', from: '**/*.pem\n', to: '' },
      { file: 'tls/server.pem', write: privateKey('EC') },
      { file: 'Dockerfile', from: 'USER 10001', to: 'RUN rm -r tls\nUSER 10001' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-key',
      level: 'fail',
      title: 'A private key in the image: /app/tls/server.pem',
      detail: 'still readable',
      fix: 'replace a key that was ever pushed',
    },
  },
  {
    id: 'sqlite-copied',
    base: 'shop',
    change: 'a developer’s `db.sqlite3` is copied',
    edits: [
      { file: '.dockerignore', from: '**/*.sqlite3\n', to: '' },
      { file: 'db.sqlite3', write: 'SQLite format 3' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-database',
      level: 'warn',
      title: 'A database file in the image: /app/db.sqlite3',
      fix: 'whoever pulls the image has the data',
    },
  },
  {
    id: 'dump-copied',
    base: 'kiosk',
    change: 'a dump of production lies in `backups/` and is copied',
    edits: [{ file: 'backups/prod.sql.gz', write: 'not really compressed' }],
    only: ['image'],
    found: {
      code: 'image-contains-database',
      level: 'warn',
      title: 'A database file in the image: /app/backups/prod.sql.gz',
    },
  },
  {
    id: 'test-packages-installed',
    base: 'shop',
    change: 'the requirements of tests are installed into the image that ships',
    edits: [
      {
        file: 'Dockerfile',
        from: 'COPY . .\n',
        to: 'RUN pip install --no-cache-dir pytest==9.0.2\nCOPY . .\n',
      },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-development-tools',
      level: 'warn',
      title: 'Tools of development are in the image: pytest.',
      fix: 'a stage of their own',
    },
  },
  {
    id: 'secret-in-env',
    base: 'shop',
    change: '`ENV AWS_SECRET_ACCESS_KEY=…` in the Dockerfile',
    edits: [
      {
        file: 'Dockerfile',
        from: 'EXPOSE 8000',
        to: 'ENV AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG\nEXPOSE 8000',
      },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-secret-variable',
      level: 'fail',
      title: 'The image holds a value of AWS_SECRET_ACCESS_KEY.',
      detail: 'docker inspect',
    },
  },
  {
    id: 'secret-from-argument',
    base: 'kiosk',
    change: 'a build argument with a token is kept by ENV',
    edits: [
      {
        file: 'Dockerfile',
        from: 'USER 10001',
        to: 'ARG TOKEN=glpat-71c95a\nENV REGISTRY_TOKEN=$TOKEN\nUSER 10001',
      },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-secret-variable',
      level: 'fail',
      title: 'The image holds a value of REGISTRY_TOKEN.',
      fix: 'replace what was pushed',
    },
    also: ['fail image-history-holds-secret'],
  },
  {
    id: 'database-url-in-env',
    base: 'bookings',
    change: 'DATABASE_URL with its password stands in ENV, as a default',
    edits: [
      {
        file: 'Dockerfile',
        from: 'EXPOSE 8000',
        to: 'ENV DATABASE_URL=postgres://app:s3cret@db.internal/app\nEXPOSE 8000',
      },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-secret-variable',
      level: 'fail',
      title: 'The image holds a value of DATABASE_URL.',
    },
  },
  {
    id: 'image-too-large',
    base: 'shop',
    change: 'the budget of the image is 100 MB, and it has more',
    edits: [
      { file: 'djdev.yaml', from: 'rehearse:\n', to: 'rehearse:\n  budgets: { image: 100MB }\n' },
    ],
    only: ['image'],
    found: {
      code: 'image-over-budget',
      level: 'warn',
      title: 'The image has … MB, its budget is 100 MB.',
      detail: 'MB over rehearse.budgets.image.',
    },
  },
  {
    id: 'no-command',
    base: 'kiosk',
    change: 'the Dockerfile has no CMD, so the image starts the interpreter of its base',
    edits: [{ file: 'Dockerfile', from: `CMD ${kioskCommand}\n`, to: '' }],
    only: ['image'],
    found: {
      code: 'image-without-command',
      level: 'fail',
      title: 'The image does not say how production starts.',
      fix: 'CMD ["gunicorn"',
    },
  },
  {
    id: 'last-stage-without-python',
    base: 'kiosk',
    change: 'the last stage of the Dockerfile is one for assets, without Python',
    edits: [
      {
        file: 'Dockerfile',
        from: `CMD ${kioskCommand}\n`,
        to: 'FROM scratch\nCOPY stock/static /static\nUSER 10001\nCMD ["/static"]\n',
      },
    ],
    only: ['settings'],
    found: {
      code: 'image-without-python',
      level: 'fail',
      title: 'There is no Python in the image.',
      fix: 'app.build.target',
    },
  },
  {
    id: 'token-in-settings',
    base: 'kiosk',
    change: 'a settings module has an access key of AWS',
    edits: [
      { file: 'kiosk/mail.py', write: 'AWS_ACCESS_KEY_ID = "AKIAQ4W7ZJX2N5TBLMRC"\n' },
      { file: 'Dockerfile', append: '# Built as a whole.\n' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-token',
      level: 'fail',
      title: 'The image holds …: /app/kiosk/mail.py',
      fix: 'Read it from the environment',
    },
  },
  {
    id: 'token-in-pip-configuration',
    base: 'kiosk',
    silent: 'readable-layers',
    change: 'a `.netrc` with the password of a package index, deleted by a later RUN',
    edits: [
      { file: '.netrc', write: 'machine pypi.example.com login deploy password k3Jd82hsQpL0\n' },
      { file: 'Dockerfile', from: 'USER 10001', to: 'RUN rm .netrc\nUSER 10001' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-token',
      level: 'fail',
      title: 'The image holds …: /app/.netrc',
      detail: 'still readable',
    },
  },
  {
    id: 'argument-in-history',
    base: 'kiosk',
    change: 'a build argument with a default is a token, which RUN lines leave in the history',
    edits: [
      {
        file: 'Dockerfile',
        from: 'USER 10001',
        to: 'ARG NPM_TOKEN=npm_4f5a71c95a71c9\nRUN echo registry > /tmp/registry\nUSER 10001',
      },
    ],
    only: ['image'],
    found: {
      code: 'image-history-holds-secret',
      level: 'fail',
      title: 'The history of the image shows the value of NPM_TOKEN.',
      fix: 'RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN',
    },
  },
  {
    id: 'layers-carry-waste',
    base: 'kiosk',
    change: 'a RUN downloads 30 MB, and the next one deletes them',
    edits: [
      {
        file: 'Dockerfile',
        from: 'USER 10001',
        to: 'RUN head -c 30000000 /dev/zero > /opt/model.bin\nRUN rm /opt/model.bin\nUSER 10001',
      },
    ],
    only: ['image'],
    found: {
      code: 'image-carries-waste',
      level: 'warn',
      title: '… MB of the image’s … MB are pulled and never seen.',
      detail: '/opt/model.bin: 30.0 MB',
      fix: 'Remove files in the RUN that makes them',
    },
  },
  {
    id: 'output-buffered',
    base: 'shop',
    change: 'PYTHONUNBUFFERED is not set',
    edits: [{ file: 'Dockerfile', from: 'ENV PYTHONUNBUFFERED=1\n', to: '' }],
    only: ['image'],
    found: {
      code: 'image-python-buffered',
      level: 'warn',
      title: 'What the application prints is lost when it ends hard.',
      fix: 'ENV PYTHONUNBUFFERED=1',
    },
  },
  {
    id: 'user-is-a-name',
    base: 'kiosk',
    change: 'Kubernetes is to run no root, and USER is a name',
    edits: [
      { file: 'Dockerfile', from: 'USER 10001', to: 'USER nobody' },
      {
        file: 'k8s/deployment.yaml',
        write: `apiVersion: apps/v1
kind: Deployment
metadata: { name: kiosk }
spec:
  template:
    spec:
      securityContext: { runAsNonRoot: true }
      containers:
        - name: web
          image: kiosk
          readinessProbe: { httpGet: { path: /healthz/, port: 8000 } }
`,
      },
    ],
    only: ['image'],
    found: {
      code: 'image-user-not-numeric',
      level: 'fail',
      title: 'Kubernetes refuses to start the image: its user is the name “nobody”.',
      fix: 'USER 10001',
    },
  },
  {
    id: 'another-processor',
    base: 'kiosk',
    change: 'Kamal’s deploy.yml builds for another architecture than the rehearsal’s',
    edits: [
      {
        file: 'config/deploy.yml',
        write:
          'service: kiosk\nimage: example/kiosk\nservers: [192.0.2.1]\nbuilder: { arch: s390x }\n',
      },
    ],
    only: ['image'],
    found: {
      code: 'image-architecture',
      level: 'warn',
      title: 'The image is rehearsed for …; Kamal runs s390x.',
    },
  },
];

/** No key: only what a scan of files takes for one. */
function privateKey(kind: string): string {
  return `-----BEGIN ${kind} PRIVATE KEY-----\nMHcCAQEEIA\n-----END ${kind} PRIVATE KEY-----\n`;
}
