import { expect, test } from 'vitest';
import type { StaticFacts } from '../../../../src/django/django-facts.ts';
import { createLocatePath } from '../../../../src/rehearse/checks/deploy-check-location.ts';
import { checkBuiltStatic } from '../../../../src/rehearse/checks/static-build.ts';
import { explainStaticFailure } from '../../../../src/rehearse/checks/static-failure.ts';
import {
  canCollectBeside,
  decideStaticPlace,
} from '../../../../src/rehearse/checks/static-place.ts';
import { checkStaticServed } from '../../../../src/rehearse/checks/static-served.ts';
import { errorOf } from '../../django/python-errors.ts';

const manifest = {
  name: 'staticfiles.json',
  exists: true as const,
  entries: 130,
  gone: [],
  goneCount: 0,
};

const empty: Extract<StaticFacts, { storage: string }> = {
  storage: 'whitenoise.storage.CompressedManifestStaticFilesStorage',
  local: true,
  hashed: true,
  root: '/app/staticfiles',
  files: 0,
  bytes: 0,
  manifest: { name: 'staticfiles.json', exists: false },
  expected: 130,
  missing: ['css/site.css'],
  missingCount: 130,
};
const filled = { ...empty, files: 420, bytes: 3_400_000, manifest, missing: [], missingCount: 0 };
const mention = { word: 'collectstatic', file: '/start.sh', line: 3, text: '' };
const collect = ['python', 'manage.py', 'collectstatic', '--noinput'];

test.each([
  ['no static files app', { storage: null }, [], [], [], 'none'],
  ['a bucket', { ...empty, local: false, root: null }, [collect], [], [], 'remote'],
  ['files in the image', filled, [], ['gunicorn'], [], 'build'],
  ['a release command', filled, [collect], ['gunicorn'], [], 'release'],
  [
    'a release script line',
    empty,
    [['sh', '-c', 'python manage.py collectstatic && x']],
    [],
    [],
    'release',
  ],
  [
    'the start command',
    empty,
    [],
    ['sh', '-c', 'python manage.py collectstatic; exec gunicorn'],
    [],
    'start',
  ],
  ['an entry script', empty, [], ['/start.sh'], [mention], 'start'],
  [
    'STATIC_ROOT holds something else',
    { ...empty, files: 1, bytes: 10 },
    [],
    ['gunicorn'],
    [],
    'nowhere',
  ],
  ['nobody', empty, [], ['gunicorn'], [], 'nowhere'],
  ['no STATIC_ROOT', { ...empty, root: null }, [], ['gunicorn'], [], 'none'],
] as const)('who collects: %s', (_, facts, release, start, inStart, place) => {
  const mentions = { release: [], start: inStart };
  expect(decideStaticPlace({ facts, release, start, mentions })).toBe(place);
});

test('a release script is looked into', () => {
  const evidence = { facts: empty, release: [['./release.sh']], start: ['gunicorn'] };
  expect(decideStaticPlace({ ...evidence, mentions: { release: [mention], start: [] } })).toBe(
    'release',
  );
});

test.each([
  [[collect], true],
  [[collect, ['python', 'manage.py', 'migrate']], true],
  [[['./seed.sh'], collect], true],
  [[collect, ['python', 'manage.py', 'compress']], false],
  [[['sh', '-c', 'python manage.py migrate && python manage.py collectstatic']], false],
])('%j may be collected beside the others: %s', (release, beside) => {
  expect(canCollectBeside(release)).toBe(beside);
});

test('a complete manifest in the image passes', () => {
  expect(checkBuiltStatic(filled)).toEqual([
    {
      code: 'static-collected',
      level: 'pass',
      step: 'static',
      title:
        '420 files (3.4 MB) were collected into the image; all 130 entries of its manifest are there.',
      detail: '',
      hint: '',
      measurement: { name: 'static files', value: 420, unit: 'count' },
    },
  ]);
});

test('files that were collected with other settings fail', () => {
  const [finding] = checkBuiltStatic({
    ...filled,
    manifest: { name: 'staticfiles.json', exists: false },
  });
  expect(finding).toMatchObject({
    code: 'static-collect-failed',
    level: 'fail',
    title: 'The image has static files, but no staticfiles.json, which production’s storage needs.',
  });
});

test('manifest entries without a file fail, files without an entry warn', () => {
  const gone = { ...manifest, gone: ['css/site.css'], goneCount: 1 };
  expect(
    checkBuiltStatic({ ...filled, manifest: gone }).map(({ level, detail }) => [level, detail]),
  ).toEqual([['fail', 'css/site.css']]);
  const late = { ...filled, missing: ['js/app.js'], missingCount: 3 };
  expect(checkBuiltStatic(late).map(({ level, detail }) => [level, detail])).toEqual([
    ['pass', ''],
    ['warn', 'js/app.js\n… and 2 more'],
  ]);
});

const locate = createLocatePath('/app', { root: '/shop', build: { context: '/shop' } });

function explain(error: ReturnType<typeof errorOf>, tail: readonly string[] = []) {
  return explainStaticFailure(
    { errors: [{ chain: [error], stage: undefined }], tail, exitCode: 1 },
    locate,
  ).title;
}

test('a style sheet that refers to nothing is named', () => {
  const error = errorOf(
    'MissingFileError',
    "The file 'img/no.png' could not be found with <whitenoise.storage.CompressedManifestStaticFilesStorage object at 0x7f>.\n\nThe CSS file…",
  );
  expect(explain(error, ["Post-processing 'css/site.css' failed!"])).toBe(
    'css/site.css refers to img/no.png, which does not exist.',
  );
});

test('a missing STATIC_ROOT and a missing right are named', () => {
  expect(
    explain(
      errorOf(
        'ImproperlyConfigured',
        "You're using the staticfiles app without having set the STATIC_ROOT setting to a filesystem path.",
      ),
    ),
  ).toBe('STATIC_ROOT is not set, so collectstatic has nowhere to collect to.');
  expect(
    explain(
      errorOf('PermissionError', "[Errno 13] Permission denied: '/app/staticfiles'", {
        filename: '/app/staticfiles',
      }),
    ),
  ).toBe('collectstatic may not write /app/staticfiles: the image’s user has no right to.');
});

const expected = { place: 'nowhere', root: '/app/staticfiles', files: 420, needed: true } as const;

test.each([
  ['nobody collected', expected, 0, ['fail']],
  [
    'nobody collected, and something else may serve them',
    { ...expected, needed: false },
    0,
    ['warn'],
  ],
  ['the start collected nothing', { ...expected, place: 'start' }, 0, ['fail']],
  ['the start collected in a way of its own', expected, 420, []],
  ['there was nothing to collect', { ...expected, files: 0 }, 0, []],
  ['the build collected', { ...expected, place: 'build' }, 0, []],
] as const)('the booted container: %s', (_, expectation, there, levels) => {
  expect(checkStaticServed(expectation, there).map(({ level }) => level)).toEqual(levels);
});
