import { expect, test } from 'vitest';
import { parseDockerignore } from '../../../src/project/dockerignore.ts';
import { parseDockerfile } from '../../../src/project/parse-dockerfile.ts';
import type { SyncDefinition, SyncRule } from '../../../src/project/project.ts';
import { planSync } from '../../../src/sync/plan-sync.ts';
import type { SyncMap } from '../../../src/sync/sync-map.ts';

function plan(
  dockerfile: string,
  dockerignore = '',
  target?: string,
  sync?: Pick<SyncDefinition, 'ignore' | 'map'>,
): SyncMap {
  return planSync(
    parseDockerfile(dockerfile, '/project/Dockerfile'),
    parseDockerignore(dockerignore, '/project/.dockerignore'),
    {
      build: { context: '/project', dockerfile: '/project/Dockerfile', target, args: {} },
      ...(sync && { sync }),
    },
  );
}

function rule(path: string, action: SyncRule['action'], target?: string): SyncRule {
  return { path, action, target, origin: { kind: 'manifest', text: 'djdev.yaml:9' } };
}

/** Path → container path, or why not. */
function fates(map: SyncMap, paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    paths.map((path) => {
      const fate = map.fateOf(path);
      if (fate.type === 'sync') return [path, `${fate.containerPath}, ${fate.at}`];
      return [path, fate.type === 'rebuild' ? `rebuild: ${fate.reason}` : `ignored: ${fate.by}`];
    }),
  );
}

const plain = `FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN DJANGO_SECRET_KEY=x python manage.py collectstatic --noinput && chown -R 1000 /app
CMD ["gunicorn"]
`;

test('code is synced, requirements and the Dockerfile are built', () => {
  const map = plan(plain, '# secrets\n*.key\n.env\n!.env.example\n');
  const paths = ['shop/views.py', 'requirements.txt', 'Dockerfile', '.dockerignore', 'a.key'];
  expect(fates(map, [...paths, '.env.example', 'shop/.views.py.swp', 'x.py~'])).toEqual({
    'shop/views.py': '/app/shop/views.py, COPY at Dockerfile:5',
    'requirements.txt': 'rebuild: COPY at Dockerfile:3, which the RUN in line 4 depends on',
    Dockerfile: 'rebuild: Dockerfile says how to build',
    '.dockerignore': 'rebuild: .dockerignore says how to build',
    'a.key': 'ignored: .dockerignore:2',
    '.env.example': '/app/.env.example, COPY at Dockerfile:5',
    'shop/.views.py.swp': 'ignored: a file of the editor',
    'x.py~': 'ignored: a file of the editor',
  });
  expect(map.roots).toEqual(['/app']);
});

test('a file that is copied for a RUN and again with the rest is built', () => {
  const map = plan(`FROM python
WORKDIR /srv
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache uv sync --locked --no-install-project
COPY . /srv
RUN uv sync --locked
`);
  expect(fates(map, ['uv.lock', 'manage.py', 'docs/uv.md'])).toEqual({
    'uv.lock': 'rebuild: COPY at Dockerfile:3, which the RUN in line 4 depends on',
    'manage.py': '/srv/manage.py, COPY at Dockerfile:5',
    'docs/uv.md': '/srv/docs/uv.md, COPY at Dockerfile:5',
  });
});

test('a bind mount makes its sources part of the build', () => {
  const map = plan(`FROM python
WORKDIR /app
RUN --mount=type=bind,source=requirements.txt,target=/r.txt pip install -r /r.txt
COPY . .
`);
  expect(fates(map, ['requirements.txt', 'a.py'])).toEqual({
    'requirements.txt': 'rebuild: bind mount of the RUN at Dockerfile:3',
    'a.py': '/app/a.py, COPY at Dockerfile:4',
  });
});

test('dependency files inside of a broad COPY are built where an installer follows', () => {
  const map = plan(
    'FROM python\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements/prod.txt\n',
  );
  expect(fates(map, ['requirements/base.txt', 'shop/views.py', 'setup.cfg'])).toEqual({
    'requirements/base.txt': 'rebuild: COPY at Dockerfile:3, which the RUN in line 4 depends on',
    'shop/views.py': '/app/shop/views.py, COPY at Dockerfile:3',
    'setup.cfg': 'rebuild: COPY at Dockerfile:3, which the RUN in line 4 depends on',
  });
});

test('stages are followed to the image: what is compiled on the way is built', () => {
  const map = plan(`FROM node AS assets
WORKDIR /src
COPY assets/package.json assets/package-lock.json ./
RUN npm ci
COPY assets/ .
RUN npm run build
FROM python AS builder
WORKDIR /code
COPY --chown=app shop/ shop/
COPY manage.py .
FROM python
COPY --from=assets /src/dist /app/static
COPY --from=builder /code /app
COPY docker/start.sh /start
RUN chmod +x /start
COPY *.cfg /etc/shop/
`);
  const paths = ['assets/package.json', 'assets/js/app.js', 'shop/views.py', 'manage.py'];
  expect(fates(map, [...paths, 'docker/start.sh', 'uwsgi.cfg', 'README.md'])).toEqual({
    'assets/package.json': 'rebuild: COPY at Dockerfile:3, which the RUN in line 4 depends on',
    'assets/js/app.js': 'rebuild: COPY at Dockerfile:5, which the RUN in line 6 depends on',
    'shop/views.py': '/app/shop/views.py, COPY at Dockerfile:13',
    'manage.py': '/app/manage.py, COPY at Dockerfile:13',
    'docker/start.sh': '/start, COPY at Dockerfile:14',
    'uwsgi.cfg': '/etc/shop/uwsgi.cfg, COPY at Dockerfile:16',
    'README.md': 'ignored: not copied',
  });
  expect(map.prunes('docs')).toBe(true);
  expect(map.prunes('shop')).toBe(false);
  expect(map.hostPathOf('/app/shop/models.py')).toBe('shop/models.py');
  expect(map.hostPathOf('/start')).toBe('docker/start.sh');
  expect(map.hostPathOf('/usr/lib/app.js')).toBeUndefined();
});

test('only the target and what flows into it count', () => {
  const dockerfile =
    'FROM a AS base\nWORKDIR /b\nCOPY x.py .\nFROM base AS dev\nCOPY . .\nFROM base AS prod\nCOPY shop shop\n';
  expect(fates(plan(dockerfile, '', 'prod'), ['x.py', 'y.py', 'shop/z.py'])).toEqual({
    'x.py': '/b/x.py, COPY at Dockerfile:3',
    'y.py': 'ignored: not copied',
    'shop/z.py': '/b/shop/z.py, COPY at Dockerfile:7',
  });
  expect(fates(plan(dockerfile, '', 'dev'), ['y.py'])).toEqual({
    'y.py': '/b/y.py, COPY at Dockerfile:5',
  });
});

test('variables, owners and modes are those of the Dockerfile', () => {
  const map = plan(`FROM python
ARG HOME_DIR=/home/app
ENV APP=$HOME_DIR/web
WORKDIR \${APP}
COPY --chown=app:web --chmod=0750 . \${APP}
COPY conf \${NOWHERE}/conf
`);
  expect(map.fateOf('a.py')).toEqual({
    type: 'sync',
    containerPath: '/home/app/web/a.py',
    at: 'COPY at Dockerfile:5',
    targets: [
      {
        containerPath: '/home/app/web/a.py',
        at: 'COPY at Dockerfile:5',
        owner: 'app:web',
        mode: 0o750,
      },
    ],
  });
  expect(map.fateOf('conf/x')).toEqual({
    type: 'rebuild',
    reason: 'COPY at Dockerfile:6, whose destination depends on a variable',
    containerPath: '/home/app/web/conf/x',
  });
});

test('an allow-list holds, and prunes only what nothing can bring back', () => {
  const map = plan(plain, '*\n!shop\nshop/**/*.secret\n');
  expect(fates(map, ['docs/a.md', 'shop/a.py', 'shop/x/a.secret'])).toEqual({
    'docs/a.md': 'ignored: .dockerignore:1',
    'shop/a.py': '/app/shop/a.py, COPY at Dockerfile:5',
    'shop/x/a.secret': 'ignored: .dockerignore:3',
  });
  expect([map.prunes('docs'), map.prunes('shop')]).toEqual([true, false]);
});

test('a file in two places is sent to both', () => {
  const map = plan('FROM a\nWORKDIR /app\nCOPY . .\nCOPY docker/entry.sh /entry.sh\n');
  const fate = map.fateOf('docker/entry.sh');
  expect(fate.type === 'sync' && fate.targets.map((target) => target.containerPath)).toEqual([
    '/app/docker/entry.sh',
    '/entry.sh',
  ]);
});

test('the manifest overrules Dockerfile and .dockerignore', () => {
  const map = plan(plain, 'tests\nnotes\n', undefined, {
    ignore: ['docs/**', '!docs/api.md', '*.psd'],
    map: [
      rule('tests', 'sync', '/srv/tests'),
      rule('assets/**/*.css', 'sync', '/srv/css'),
      rule('requirements.txt', 'sync'),
      rule('locale/**', 'rebuild'),
      rule('notes', 'sync'),
    ],
  });
  const paths = ['docs/a.md', 'docs/api.md', 'logo.psd', 'tests/unit/a.py', 'assets/x/a.css'];
  const more = ['assets/a.js', 'requirements.txt', 'locale/de/x.po', 'notes/a.txt', 'shop/a.py'];
  expect(fates(map, [...paths, ...more])).toEqual({
    'docs/a.md': 'ignored: sync.ignore',
    'docs/api.md': '/app/docs/api.md, COPY at Dockerfile:5',
    'logo.psd': 'ignored: sync.ignore',
    'tests/unit/a.py': '/srv/tests/unit/a.py, sync.map at djdev.yaml:9',
    'assets/x/a.css': '/srv/css/x/a.css, sync.map at djdev.yaml:9',
    'assets/a.js': '/app/assets/a.js, COPY at Dockerfile:5',
    'requirements.txt': '/app/requirements.txt, COPY at Dockerfile:5',
    'locale/de/x.po': 'rebuild: sync.map at djdev.yaml:9',
    'notes/a.txt': 'ignored: .dockerignore:2',
    'shop/a.py': '/app/shop/a.py, COPY at Dockerfile:5',
  });
  expect(map.roots).toEqual(['/app', '/srv/css', '/srv/tests']);
  expect(map.hostPathOf('/srv/tests/unit/new.py')).toBe('tests/unit/new.py');
  expect(map.hostPathOf('/srv/css/y/b.css')).toBe('assets/y/b.css');
  expect(map.hostPathOf('/app/shop/b.py')).toBe('shop/b.py');
  expect(map.prunes('tests')).toBe(false);
  expect(['docs', 'docs/x'].map((path) => map.prunes(path))).toEqual([false, true]);
  expect(plan(plain, '', undefined, { ignore: ['docs'], map: [] }).prunes('docs')).toBe(true);
});

test('a .dockerignore that is not there yet says how to build, too', () => {
  const map = planSync(
    parseDockerfile(plain, '/project/Dockerfile'),
    parseDockerignore('', undefined),
    {
      build: {
        context: '/project',
        dockerfile: '/project/Dockerfile',
        target: undefined,
        args: {},
      },
    },
  );
  expect(map.buildFiles).toEqual(['Dockerfile', 'Dockerfile.dockerignore', '.dockerignore']);
});
