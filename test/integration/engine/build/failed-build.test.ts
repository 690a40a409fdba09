import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DjdevError } from '../../../../src/errors/djdev-error.ts';
import { describeWithEngine, testImage } from '../../../support/engine.ts';
import { type BuildTest, builders, expectFailed, openBuildTest } from './build-test.ts';

const from = `FROM ${testImage}\n`;

async function errorOf(project: BuildTest): Promise<DjdevError> {
  const error: unknown = await project.build().then(
    (build) => build,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'DjdevError' });
  return error as DjdevError;
}

describeWithEngine('a build that fails', () => {
  describe.each(builders)('with $name', ({ buildx }) => {
    test('names the instruction, its line, its last output and what to do', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}WORKDIR /app\n\nRUN exec 2>&1; seq 1 40 && \\\n    # why not\n    nosuchprogram --fast\nCOPY . .\n`,
      });
      const failed = expectFailed(await project.build());
      expect(failed).toEqual({
        type: 'failed',
        instruction: '[3/4] RUN exec 2>&1; seq 1 40 &&     nosuchprogram --fast',
        location: { file: join(project.context, 'Dockerfile'), line: 4, column: 1 },
        message: 'The command ended with exit code 127.',
        output: [
          ...Array.from({ length: 29 }, (_, index) => String(index + 12)),
          '/bin/sh: 1: nosuchprogram: not found',
        ],
        hint: 'There is no program “nosuchprogram” in the image at this point. Install it in an earlier step, or correct the name.',
        ms: expect.any(Number),
      });
    });

    test('names the .dockerignore rule that keeps a copied file out', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY config/app.env /app/\n`,
        '.dockerignore': '# secrets\n**/*.env\n*.log\n',
        'config/app.env': 'x',
      });
      const failed = expectFailed(await project.build());
      expect([failed.message, failed.hint, failed.location?.line]).toEqual([
        'The build context has no config/app.env.',
        'config/app.env exists, but .dockerignore:2 (“**/*.env”) keeps it out of the build. Change that line, or add “!config/app.env” below it.',
        2,
      ]);
    });

    test('suggests the file that was meant', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY requirement.txt .\n`,
        'requirements.txt': 'django\n',
      });
      const failed = expectFailed(await project.build());
      expect(failed.hint).toBe('Did you mean requirements.txt?');
    });

    test('is an error of the environment when a command finds the disk full', async () => {
      await using project = await openBuildTest(buildx, {
        // The small memory disk of every build step.
        Dockerfile: `${from}RUN dd if=/dev/zero of=/dev/shm/x bs=1M count=200\n`,
      });
      const error = await errorOf(project);
      expect([error.code, error.location?.line, error.output[0]]).toEqual([
        'DJ-DISK-FULL',
        2,
        "dd: error writing '/dev/shm/x': No space left on device",
      ]);
    });

    test('is an error of the Dockerfile when the builder cannot read it', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}RUN true\nCOPY --fast . .\n`,
      });
      const error = await errorOf(project);
      expect([error.code, error.location]).toEqual([
        'DJ-DOCKERFILE-SYNTAX',
        { file: join(project.context, 'Dockerfile'), line: 3 },
      ]);
    });

    test('is told before the engine is asked when djdev itself cannot read the Dockerfile', async () => {
      await using project = await openBuildTest(buildx, { Dockerfile: `${from}RUNN true\n` });
      const error = await errorOf(project);
      expect([error.code, error.location?.line]).toEqual(['DJ-DOCKERFILE-SYNTAX', 2]);
    });

    test('is an error of the manifest when there is no such target', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from.trim()} AS production\n`,
      });
      await expect(project.build({ target: 'prod' })).rejects.toMatchObject({
        code: 'DJ-MANIFEST-INVALID',
        hint: 'Its stages are: production.',
      });
    });

    test('names a build secret that is not given', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}RUN --mount=type=secret,id=token,required=true cat /run/secrets/token\n`,
      });
      const failed = expectFailed(await project.build());
      expect([failed.message, failed.hint]).toEqual([
        'The build secret token is not given.',
        'Add token to app.build.secrets in djdev.yaml.',
      ]);
    });

    test('leaves nothing that the next build could take for unchanged', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY check.sh .\nRUN sh check.sh\n`,
        'check.sh': 'exit 3\n',
      });
      expect(expectFailed(await project.build()).message).toBe(
        'The command ended with exit code 3.',
      );
      expect(expectFailed(await project.build()).location?.line).toBe(3);
    });
  });

  test('an engine without BuildKit is refused, never used with its classic builder', async () => {
    await using project = await openBuildTest(undefined, { Dockerfile: from });
    const { engine } = project.test;
    Object.defineProperty(engine, 'info', { value: { ...engine.info, kind: 'podman' } });
    const error = await errorOf(project);
    expect([error.code, error.hint]).toEqual([
      'DJ-ENGINE-TOO-OLD',
      'Point djdev at a Docker engine, 20.10 or newer, with --host or --context.',
    ]);
  });
});
