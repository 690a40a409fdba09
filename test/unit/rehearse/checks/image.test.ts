import { expect, test } from 'vitest';
import type { ImageFacts } from '../../../../src/engine/engine.ts';
import { type DeployTarget, usualTarget } from '../../../../src/project/deploy-target.ts';
import { checkImageArchitecture } from '../../../../src/rehearse/checks/image-architecture.ts';
import {
  checkImageHistory,
  checkImageWaste,
} from '../../../../src/rehearse/checks/image-layers.ts';
import { checkImageConfig } from '../../../../src/rehearse/checks/image-config.ts';
import { checkImageFiles } from '../../../../src/rehearse/checks/image-files.ts';
import { imageWithoutPython } from '../../../../src/rehearse/checks/image-python.ts';

const good = {
  user: '10001:10001',
  bytes: 2e8,
  entrypoint: [],
  command: ['gunicorn'],
  environment: { PATH: '/usr/bin', GPG_KEY: '7169605F62C751356D054A26A821E680E5FA6305' },
};

function check(
  image: Partial<Pick<ImageFacts, keyof typeof good>>,
  wanted: { budgetBytes?: number; hasOwnCommand?: boolean } = {},
) {
  const { budgetBytes, hasOwnCommand = false } = wanted;
  return checkImageConfig(
    { ...good, ...image },
    { budgetBytes, hasOwnCommand, environment: {} },
  ).map(({ code, level, title }) => `${level} ${code}: ${title}`);
}

test('nothing to say about an image in order', () => {
  expect(check({}, { budgetBytes: 2e8 })).toEqual([]);
});

test.each(['', 'root', '0', '0:0', 'root:app'])('image-runs-as-root: USER “%s”', (user) => {
  expect(check({ user })).toEqual([
    'warn image-runs-as-root: The production process runs as root.',
  ]);
});

test.each(['app', '10001', 'app:root', '100'])('image-runs-as-root: not USER %s', (user) => {
  expect(check({ user })).toEqual([]);
});

test('image-over-budget', () => {
  expect(check({ bytes: 4.2e8 }, { budgetBytes: 4e8 })).toEqual([
    'warn image-over-budget: The image has 420 MB, its budget is 400 MB.',
  ]);
});

test('image-without-command: no command, or only what the base image brings', () => {
  const finding = 'fail image-without-command: The image does not say how production starts.';
  expect(check({ command: [] })).toEqual([finding]);
  expect(check({ command: ['python3'] })).toEqual([finding]);
  expect(check({ entrypoint: ['/bin/sh'], command: [] })).toEqual([finding]);
});

test('image-without-command: not with an entrypoint, an argument or a command of the manifest', () => {
  expect(check({ entrypoint: ['/entrypoint.sh'], command: [] })).toEqual([]);
  expect(check({ command: ['python3', 'serve.py'] })).toEqual([]);
  expect(check({ command: [] }, { hasOwnCommand: true })).toEqual([]);
});

test('image-contains-…: one finding for each kind, with all places', () => {
  const findings = checkImageFiles([
    { kind: 'env-file', path: '/app/.env', layer: 5, removedInLayer: 6 },
    { kind: 'key', path: '/app/tls/one.key', layer: 5, removedInLayer: undefined },
    { kind: 'key', path: '/app/tests/two.key', layer: 5, removedInLayer: undefined },
    { kind: 'git', path: '/app/.git', layer: 5, removedInLayer: undefined },
  ]);
  expect(findings).toMatchInlineSnapshot(`
    [
      {
        "code": "image-contains-env-file",
        "detail": "/app/.env added in layer 5, removed in layer 6: still readable",
        "hint": "Add “.env*” and “!.env.example” to .dockerignore: production gets its values at start.",
        "level": "fail",
        "step": "image",
        "title": "An env file in the image: /app/.env",
      },
      {
        "code": "image-contains-git",
        "detail": "/app/.git (layer 5)",
        "hint": "Add “.git” to .dockerignore: it holds the whole history of the project.",
        "level": "fail",
        "step": "image",
        "title": "A .git directory in the image: /app/.git",
      },
      {
        "code": "image-contains-key",
        "detail": "/app/tls/one.key (layer 5)
    /app/tests/two.key (layer 5)",
        "hint": "Add it to .dockerignore. What a build needs is mounted with “RUN --mount=type=secret”; replace a key that was ever pushed.",
        "level": "fail",
        "step": "image",
        "title": "2 private keys in the image: /app/tls/one.key",
      },
    ]
  `);
});

test('image-contains-key: a key of the tests alone only warns', () => {
  const file = { kind: 'key', layer: 2, removedInLayer: undefined } as const;
  expect(checkImageFiles([{ ...file, path: '/app/tests/ca.key' }])).toMatchObject([
    { code: 'image-contains-key', level: 'warn' },
  ]);
});

test('image-contains-…: nothing found, nothing said', () => {
  expect(checkImageFiles([])).toEqual([]);
});

test('image-without-python belongs to the step that needs it', () => {
  expect(imageWithoutPython('settings')).toMatchObject({
    code: 'image-without-python',
    level: 'fail',
    step: 'settings',
  });
});

test('image-contains-secret-variable: a throw-away key for the build is none', () => {
  expect(check({ environment: { SECRET_KEY: 'build-only', DJANGO_SECRET_KEY: 'x' } })).toEqual([]);
  expect(
    check({ environment: { SECRET_KEY: 'p7!kq2', DATABASE_URL: 'postgres://a:b@c' } }),
  ).toEqual([
    'fail image-contains-secret-variable: The image holds a value of SECRET_KEY, DATABASE_URL.',
  ]);
});

test('databases are told of wherever they lie, tools only while they are there', () => {
  const file = (kind: 'database' | 'tool', path: string, removedInLayer?: number) =>
    ({ kind, path, layer: 3, removedInLayer }) as const;
  const seen = checkImageFiles([
    file('database', '/app/db.sqlite3', 4),
    file('tool', '/usr/bin/gcc-14'),
    file('tool', '/usr/local/lib/python3.13/site-packages/pytest-8.3.0.dist-info/METADATA'),
    file('tool', '/usr/bin/g++', 5),
  ]);
  expect(seen.map(({ level, code, title }) => `${level} ${code}: ${title}`)).toEqual([
    'warn image-contains-database: A database file in the image: /app/db.sqlite3',
    'warn image-contains-development-tools: Tools of development are in the image: gcc-14, pytest.',
  ]);
});

const layer = (
  createdBy: string,
  bytes: number,
  wasted: readonly (readonly [string, number, number])[] = [],
) => ({
  createdBy,
  files: 1,
  bytes,
  wastedBytes: wasted.reduce((sum, [, size]) => sum + size, 0),
  wasted: wasted.map(([path, size, by]) => ({ path, bytes: size, by })),
});

test('image-carries-waste: much of it, and what made it', () => {
  const check = (...layers: ReturnType<typeof layer>[]) =>
    checkImageWaste(layers).map(({ title, detail, hint }) => [title, detail, hint]);
  expect(
    check(
      layer('COPY . .', 90_000_000, [['/app/model.bin', 80_000_000, 2]]),
      layer('RUN /bin/sh -c chown -R app /app # buildkit', 90_000_000),
    ),
  ).toEqual([
    [
      '80.0 MB of the image’s 180.0 MB are pulled and never seen.',
      '/app/model.bin: 80.0 MB in layer 1, hidden by layer 2 (chown -R app /app)',
      'COPY --chown=app:app . . in place of “RUN chown -R”, which copies every file once more.',
    ],
  ]);
  // A little is usual, and so is much of very much.
  expect(check(layer('', 100_000_000, [['/a', 15_000_000, 2]]), layer('', 1))).toEqual([]);
  expect(check(layer('', 900_000_000, [['/a', 25_000_000, 2]]), layer('', 1))).toEqual([]);
});

test('image-history-holds-secret: values of build arguments, as each builder writes them', () => {
  const check = (line: string) => checkImageHistory([line]).map(({ title }) => title);
  const found = ['The history of the image shows the value of PIP_TOKEN.'];
  expect(check('RUN |1 PIP_TOKEN=41c9e /bin/sh -c pip install shop # buildkit')).toEqual(found);
  expect(check('|1 PIP_TOKEN=41c9e /bin/sh -c pip install shop')).toEqual(found);
  expect(check('ARG PIP_TOKEN=41c9e')).toEqual(found);
  expect(check('/bin/sh -c #(nop)  ARG PIP_TOKEN=41c9e')).toEqual(found);
  expect(check('ARG PIP_TOKEN')).toEqual([]);
  expect(check('ARG SECRET_KEY=only-for-collectstatic')).toEqual([]);
  expect(check('RUN /bin/sh -c DJANGO_SECRET_KEY=x python manage.py collectstatic')).toEqual([]);
});

test('image-architecture and image-user-not-numeric: by what the platform says', () => {
  const check = (user: string, target: Partial<DeployTarget>) =>
    checkImageArchitecture(
      { architecture: 'arm64', user },
      { ...usualTarget('kubernetes'), ...target },
    ).map(({ level, code }) => `${level} ${code}`);
  expect(check('app', {})).toEqual([]);
  expect(check('app', { needsNumericUser: true })).toEqual(['fail image-user-not-numeric']);
  expect(check('10001:10001', { needsNumericUser: true })).toEqual([]);
  expect(check('10001', usualTarget('fly'))).toEqual(['warn image-architecture']);
  expect(check('10001', { ...usualTarget('kamal'), architectures: ['arm64'] })).toEqual([]);
});

test('image-python-buffered: where Python is, and nobody unbuffers it', () => {
  const check = (own: Readonly<Record<string, string>>, given = {}) =>
    checkImageConfig(
      { ...good, environment: own },
      { budgetBytes: undefined, hasOwnCommand: false, environment: given },
    ).map(({ code }) => code);
  expect(check({ PYTHON_VERSION: '3.13' })).toEqual(['image-python-buffered']);
  expect(check({ PYTHON_VERSION: '3.13', PYTHONUNBUFFERED: '1' })).toEqual([]);
  expect(check({ PYTHON_VERSION: '3.13' }, { PYTHONUNBUFFERED: 'given' })).toEqual([]);
  expect(check({ NODE_VERSION: '22' })).toEqual([]);
  const unbuffered = { ...good, environment: { PYTHON_VERSION: '3.13' } };
  const command = ['python3', '-u', 'server.py'];
  expect(
    checkImageConfig(
      { ...unbuffered, command },
      { budgetBytes: undefined, hasOwnCommand: false, environment: {} },
    ),
  ).toEqual([]);
});
