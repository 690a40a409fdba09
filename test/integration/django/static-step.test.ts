import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { countFiles } from '../../../src/django/count-files.ts';
import { runSettings } from '../../../src/rehearse/steps/settings.ts';
import { runStatic } from '../../../src/rehearse/steps/static.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { demoProject } from './demo-project.ts';
import { buildProjectImage } from './django-image.ts';
import { openRunTest, startTestRunner } from './runner-test.ts';

const key = 'a-long-random-key-of-more-than-fifty-characters-0123456789';
const collect = ['python', 'manage.py', 'collectstatic', '--noinput'];
const user = 'RUN useradd --uid 10001 app\nUSER app';
const settings = demoProject['demo/settings.py'];

/** What the static step finds in an image of these files. */
async function collectProject(
  t: EngineTest,
  files: Readonly<Record<string, string>>,
  instructions = '',
  release: readonly (readonly string[])[] = [],
) {
  const reference = await buildProjectImage(t, files, instructions);
  const test = await openRunTest(t, { SECRET_KEY: key }, release);
  const image = await t.engine.inspectImage(reference, t.signal);
  const runner = await startTestRunner(test, reference);
  const { value: facts } = await runSettings(test.run, runner);
  if (!facts || !image) throw new Error(JSON.stringify(test.findings()));
  const result = await runStatic(test.run, runner, facts, image);
  const findings = test.findings().filter(({ step }) => step === 'static');
  return { ...result, findings, runner };
}

describeWithEngine('the static step', () => {
  test('collected while the image is built: verified, and not collected again', async () => {
    await using t = await openEngineTest();
    const instructions = `RUN SECRET_KEY=x python manage.py collectstatic --noinput\n${user}`;
    const { value, summary, findings } = await collectProject(t, demoProject, instructions);
    expect(value).toMatchObject({ place: 'build', root: '/app/collected', needed: true });
    expect(value?.seed).toBeUndefined();
    expect(summary).toBe('5 files (1 kB), collected while the image is built');
    expect(findings).toMatchObject([
      {
        code: 'static-collected',
        level: 'pass',
        title:
          '5 files (1 kB) were collected into the image; all 2 entries of its manifest are there.',
      },
    ]);
  });

  test('collected with other settings: production’s manifest is missing', async () => {
    await using t = await openEngineTest();
    const files = {
      ...demoProject,
      'demo/plain.py':
        'from .settings import *\nSTORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}\n',
    };
    const instructions =
      'RUN SECRET_KEY=x DJANGO_SETTINGS_MODULE=demo.plain python manage.py collectstatic --noinput';
    const { value, findings } = await collectProject(t, files, instructions);
    expect(value).toBeUndefined();
    expect(findings).toMatchObject([
      {
        code: 'static-collect-failed',
        level: 'fail',
        title:
          'The image has static files, but no staticfiles.json, which production’s storage needs.',
      },
    ]);
  });

  test('files that the build came to know too late', async () => {
    await using t = await openEngineTest();
    const instructions =
      'RUN SECRET_KEY=x python manage.py collectstatic --noinput && echo "x" > shop/static/late.js';
    const { findings } = await collectProject(t, demoProject, instructions);
    expect(findings.map(({ level, detail }) => [level, detail])).toEqual([
      ['pass', ''],
      ['warn', 'late.js'],
    ]);
  });

  test('collected by a release command: the tree is handed on', async () => {
    await using t = await openEngineTest();
    const { value, findings } = await collectProject(t, demoProject, '', [collect]);
    expect(value).toMatchObject({ place: 'release', root: '/app/collected', files: 5 });
    expect(findings.map(({ code }) => code)).toEqual(['static-collected']);
    expect(value?.seed?.path).toBe('/app');
    const archive = await value?.seed?.archive();
    const names: string[] = [];
    if (archive)
      for await (const entry of archive.pipe(extract())) {
        names.push(entry.header.name);
        entry.resume();
      }
    expect(names).toContain('collected/staticfiles.json');
  });

  test('a release command that others build on is left in its place', async () => {
    await using t = await openEngineTest();
    const release = [collect, ['python', 'manage.py', 'whereami']];
    const { value, runner } = await collectProject(t, demoProject, '', release);
    expect(value).toMatchObject({ place: 'release', root: '/app/collected', files: 5 });
    expect(await countFiles(t.engine, runner.containerId, '/app/collected', t.signal)).toBe(0);
  });

  test('a release command that may not write fails as it does in production', async () => {
    await using t = await openEngineTest();
    const { value, findings } = await collectProject(t, demoProject, user, [collect]);
    expect(value).toBeUndefined();
    expect(findings).toMatchObject([
      {
        code: 'static-collect-failed',
        title: expect.stringMatching(
          /^collectstatic may not write \/app\/collected.*: the image’s user has no right to\.$/u,
        ) as string,
      },
    ]);
  });

  test('collected by a script that the start command runs', async () => {
    await using t = await openEngineTest();
    const files = {
      ...demoProject,
      'start.sh': '#!/bin/sh\n# collectstatic\nset -e\n. ./scripts/prepare\nexec gunicorn\n',
      'scripts/prepare': 'python manage.py collectstatic --noinput\n',
    };
    const { value } = await collectProject(t, files, 'ENTRYPOINT ["sh", "start.sh"]');
    expect(value).toMatchObject({ place: 'start', root: '/app/collected', files: 5 });
  });

  test('collected by nothing: the project’s files are counted elsewhere', async () => {
    await using t = await openEngineTest();
    const { value, findings, runner } = await collectProject(t, demoProject, user);
    expect(value).toMatchObject({
      place: 'nowhere',
      root: '/app/collected',
      files: 5,
      needed: true,
      seed: undefined,
    });
    expect(findings.map(({ level }) => level)).toEqual(['pass']);
    expect(await countFiles(t.engine, runner.containerId, '/app/collected', t.signal)).toBe(0);
  });

  test('a style sheet that refers to nothing is named', async () => {
    await using t = await openEngineTest();
    const files = {
      ...demoProject,
      'shop/static/shop/site.css': 'a { background: url("no.png") }',
    };
    const { findings } = await collectProject(t, files);
    expect(findings).toMatchObject([
      {
        code: 'static-collect-failed',
        level: 'fail',
        title: 'shop/site.css refers to shop/no.png, which does not exist.',
      },
    ]);
  });

  test.each([
    [
      'a storage that would upload',
      `${settings}
from django.core.files.storage import Storage
class Bucket(Storage): pass
STORAGES["staticfiles"] = {"BACKEND": "demo.settings.Bucket"}
`,
      'remote',
      'not run: demo.settings.Bucket would upload the files',
    ],
    [
      'no static files app',
      settings.replace('"django.contrib.staticfiles", ', ''),
      'none',
      'no static files app',
    ],
    [
      'an API without STATIC_ROOT',
      settings
        .replace('STATIC_ROOT = BASE_DIR / "collected"', '')
        .replace('"whitenoise.middleware.WhiteNoiseMiddleware",', ''),
      'none',
      'STATIC_ROOT is not set: nothing is collected',
    ],
  ])('%s is left alone', async (_, changed, place, summary) => {
    await using t = await openEngineTest();
    const result = await collectProject(t, { ...demoProject, 'demo/settings.py': changed });
    expect([result.value?.place, result.summary, result.findings]).toEqual([place, summary, []]);
  });

  test('WhiteNoise without STATIC_ROOT is told', async () => {
    await using t = await openEngineTest();
    const changed = settings.replace('STATIC_ROOT = BASE_DIR / "collected"', '');
    const { findings } = await collectProject(t, { ...demoProject, 'demo/settings.py': changed });
    expect(findings.map(({ level, title }) => [level, title])).toEqual([
      ['fail', 'STATIC_ROOT is not set, so collectstatic has nowhere to collect to.'],
    ]);
  });
});
