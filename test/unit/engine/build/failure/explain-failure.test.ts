import { expect, test } from 'vitest';
import type { BuilderAnswer } from '../../../../../src/engine/build/builder.ts';
import { explainFailure } from '../../../../../src/engine/build/failure/explain-failure.ts';
import { parseDockerfile } from '../../../../../src/project/parse-dockerfile.ts';
import { readDockerignore } from '../../../../../src/project/dockerignore.ts';
import { withProject } from '../../../../support/with-project.ts';
import recorded from './recorded-answers.json' with { type: 'json' };

// What engine 20.10 answered, through its API and through buildx 0.29, to these Dockerfiles.
type Recording = { dockerfile: string; session: unknown; buildx?: unknown };
const recordings: Readonly<Record<string, Recording>> = recorded;
type FailedAnswer = Extract<BuilderAnswer, { type: 'failed' }>;

/** The explanation, or the error that is thrown, in a form that shows at a glance. */
async function explain(
  name: string,
  way: 'session' | 'buildx' = 'session',
  files: Readonly<Record<string, string>> = {},
): Promise<readonly unknown[]> {
  const recording = recordings[name];
  const answer = recording?.[way];
  if (!recording || !answer) throw new Error(`Nothing is recorded for ${name} with ${way}.`);
  await using project = await withProject({ Dockerfile: recording.dockerfile, ...files });
  const definition = {
    context: project.root,
    dockerfile: `${project.root}/Dockerfile`,
    target: undefined,
    args: {},
    secrets: {},
  };
  const shorten = (text: string | undefined): string =>
    (text ?? '').replaceAll(project.root, 'PROJECT');
  try {
    const failed = await explainFailure(answer as FailedAnswer, {
      definition,
      dockerfile: parseDockerfile(recording.dockerfile, definition.dockerfile),
      ignore: await readDockerignore(definition),
      engineVersion: '20.10.24+dfsg1',
    });
    return [failed.location?.line, failed.message, shorten(failed.hint)];
  } catch (error) {
    const { code, location, message, hint } = error as Record<string, never> & {
      location?: { line?: number };
    };
    return [code, location?.line, message, hint];
  }
}

test('both ways of building are explained alike', async () => {
  for (const [name, recording] of Object.entries(recordings)) {
    if (!recording.buildx) continue;
    expect(await explain(name, 'buildx'), name).toEqual(await explain(name, 'session'));
  }
});

test('a failing command over several lines, with a comment between', async () => {
  expect(await explain('run')).toEqual([
    3,
    'The command ended with exit code 1.',
    'The lines above are the command’s own words. Correct the command, or what it reads.',
  ]);
});

test('a command whose variables the builder filled in, in a named stage', async () => {
  expect((await explain('runargs')).slice(0, 2)).toEqual([
    5,
    'The command ended with exit code 3.',
  ]);
});

test('of stages side by side, the one that failed', async () => {
  expect((await explain('parallel')).slice(0, 2)).toEqual([
    2,
    'The command ended with exit code 9.',
  ]);
});

test('COPY of a file that is not there', async () => {
  expect(await explain('copymissing', 'session', { 'mising.txt': '' })).toEqual([
    3,
    'The build context has no missing.txt.',
    'Did you mean mising.txt?',
  ]);
});

test('COPY of a file that .dockerignore keeps out', async () => {
  const files = { '.dockerignore': '# c\n*.log\n*.env\n!public.env\n', 'secret.env': '' };
  expect(await explain('copyignored', 'session', files)).toEqual([
    2,
    'The build context has no secret.env.',
    'secret.env exists, but .dockerignore:3 (“*.env”) keeps it out of the build. Change that line, or add “!secret.env” below it.',
  ]);
});

test('COPY --from of a path that the image does not have', async () => {
  expect(await explain('copyfrom')).toEqual([
    2,
    'There is no /nope in python:3.13-slim.',
    'Check the path, and that python:3.13-slim really has it at the end of its own build.',
  ]);
});

test('a base image whose registry does not answer is the environment’s fault', async () => {
  expect(await explain('basemissing')).toEqual([
    'DJ-IMAGE-NOT-FOUND',
    1,
    'The image python:3.99-slim is not on the engine, and its registry cannot be reached: failed to do request: Head "https://registry-1.docker.io/v2/library/python/manifests/3.99-slim": dial tcp: lookup registry-1.docker.io on 192.0.2.53:53: no such host.',
    'Check the engine’s connection, or bring the image to it first: `docker pull python:3.99-slim`.',
  ]);
});

test('a frontend image that cannot be had points at its line', async () => {
  expect((await explain('syntaxline')).filter((_, index) => index !== 2)).toEqual([
    'DJ-IMAGE-NOT-FOUND',
    1,
    'Remove the “# syntax=” line if the engine’s own builder knows everything the Dockerfile uses.',
  ]);
});

test('what only newer engines know names the feature and the engine', async () => {
  expect(await explain('link')).toEqual([
    'DJ-ENGINE-TOO-OLD',
    2,
    'The Dockerfile uses --link, which the builder of Docker 20.10.24+dfsg1 does not know (Unknown flag: link).',
    'Docker 26.1 knows it: update the engine, or write line 2 without it.',
  ]);
  expect((await explain('healthcheck')).slice(0, 2)).toEqual(['DJ-ENGINE-TOO-OLD', 2]);
  // The builder complains about line 3, the heredoc's first; the cause stands in line 2.
  expect((await explain('heredoc')).slice(0, 2)).toEqual(['DJ-ENGINE-TOO-OLD', 2]);
});

test('a flag that nobody knows is an error of the Dockerfile', async () => {
  expect(await explain('badflag')).toEqual([
    'DJ-DOCKERFILE-SYNTAX',
    2,
    'The builder cannot read line 2 of the Dockerfile: Unknown flag: foo.',
    'Correct that line. If it is right, the builder of this engine is too old for it.',
  ]);
});

test.each(['enospc', 'enospcpy'])('a full disk is the environment’s fault: %s', async (name) => {
  expect((await explain(name)).slice(0, 3)).toEqual([
    'DJ-DISK-FULL',
    2,
    expect.stringMatching(
      /^The Docker engine has no disk space left: the build stopped at “\[2\/2\] RUN /,
    ),
  ]);
});

test.each([
  ['selfsigned', /^The command does not trust the certificate it was shown/],
  ['pipnomatch', /^The package index has no version that fits “django==99\.1”\./],
  ['nonet', /^The package index offers no version at all of “django”:/],
  ['secretkey', /^The settings want SECRET_KEY, .*“RUN SECRET_KEY=build-only python manage\.py/],
  ['keyerror', /^The settings want DJANGO_SECRET_KEY, .*“RUN DJANGO_SECRET_KEY=build-only python/],
  ['notfoundcmd', /^There is no program “nosuchcmd” in the image/],
  ['secretmissing', /^Add nope to app\.build\.secrets in djdev\.yaml\.$/],
  ['requirements', /^There is no requirements\.txt in the image at this point\./],
  ['manage', /^There is no \/\/manage\.py in the image at this point\./],
  ['aptmissing', /^Debian’s package lists in the image do not know “nosuchpackagexyz”\./],
  ['permission', /^The user of this step may not do that\./],
  ['modmissing', /^Python cannot find the module “nosuchmod”\./],
])('the output of %s is understood', async (name, hint) => {
  expect((await explain(name))[2]).toMatch(hint);
});

test('an engine that has lost its default network is not the fault of the command', async () => {
  const running = 'executor failed running [/bin/sh -c pip list]: ';
  const lost = 'could not find bridge docker0: route ip+net: no such network interface';
  for (const [error, said] of [
    ['network bridge not found', 'network bridge not found'],
    [
      `failed to create endpoint o2r4e0 on network bridge: ${lost}`,
      `failed to create endpoint o2r4e0 on network bridge: ${lost}`,
    ],
  ] as const) {
    const step = { name: '[2/2] RUN pip list', error: running + error, output: [] };
    const answer = { type: 'failed', message: step.error, step } as const;
    const file = '/shop/Dockerfile';
    await expect(
      explainFailure(answer, {
        definition: {
          context: '/shop',
          dockerfile: file,
          target: undefined,
          args: {},
          secrets: {},
        },
        dockerfile: parseDockerfile('FROM python:3.13-slim\nRUN pip list\n', file),
        ignore: await readDockerignore({ context: '/shop', dockerfile: file }),
        engineVersion: '20.10.24+dfsg1',
      }),
    ).rejects.toMatchObject({
      code: 'DJ-ENGINE-REQUEST',
      message: `The Docker engine cannot give a build its network: ${said}`,
      location: { line: 2 },
    });
  }
});

test('a command that talks about networks has failed by itself', async () => {
  const error =
    'executor failed running [/bin/sh -c echo "[x]: network a not found"]: exit code: 1';
  const step = { name: '[2/2] RUN echo', error, output: [] };
  const file = '/shop/Dockerfile';
  const failed = await explainFailure(
    { type: 'failed', message: error, step },
    {
      definition: { context: '/shop', dockerfile: file, target: undefined, args: {}, secrets: {} },
      dockerfile: parseDockerfile('FROM python:3.13-slim\nRUN echo\n', file),
      ignore: await readDockerignore({ context: '/shop', dockerfile: file }),
      engineVersion: '20.10.24+dfsg1',
    },
  );
  expect(failed.message).toBe('The command ended with exit code 1.');
});
