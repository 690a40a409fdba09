import { expect, test } from 'vitest';
import { openKiosk } from '../../support/checkout.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { kioskCommand } from '../../support/kiosk.ts';

const dockerfile = (instructions: string): string =>
  `FROM python:3.13-slim\nENV PYTHONUNBUFFERED=1\nWORKDIR /app\n${instructions}\nCOPY . .\nUSER 10001\nCMD ${kioskCommand}\n`;

describeWithEngine('a build that fails', () => {
  test('a Dockerfile with a syntax error', async () => {
    await using kiosk = await openKiosk({ Dockerfile: dockerfile('RUNN pip list') });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.report.error?.code]).toEqual([
      2,
      'error',
      'DJ-DOCKERFILE-SYNTAX',
    ]);
    expect(ended.report.error?.location).toMatchObject({ line: 4 });
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ RUNN is not an instruction of a Dockerfile.
        Dockerfile:4:1
        4 | RUNN pip list
          | ^
        → Did you mean RUN?
        DJ-DOCKERFILE-SYNTAX  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-dockerfile-syntax"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('a RUN that fails', async () => {
    await using kiosk = await openKiosk({
      Dockerfile: dockerfile('RUN echo Reading the list. && cat requirements.lock'),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.problems]).toEqual([
      1,
      'fail',
      ['fail build-failed'],
    ]);
    expect(ended.outcomes).toEqual(['preflight passed', 'build failed', 'database passed']);
    expect(ended.report.findings[0]?.location).toMatchObject({ line: 4 });
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ The build fails at step 3/4, RUN. The command ended with exit code 1.
        Dockerfile:4:1
        4 | RUN echo Reading the list. && cat requirements.lock
          | ^
          Reading the list.
          cat: requirements.lock: No such file or directory
        → The lines above are the command’s own words. Correct the command, or what it
          reads.
        build  build-failed"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('a package that does not exist', async () => {
    await using kiosk = await openKiosk({
      'requirements.txt': 'django==5.2.99\n',
      Dockerfile: dockerfile('COPY requirements.txt .\nRUN pip install -r requirements.txt'),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.problems]).toEqual([1, ['fail build-failed']]);
    expect(ended.report.findings[0]?.hint).toMatchInlineSnapshot(
      `"The package index has no version that fits “django==5.2.99”. Check its name and version in the requirements, and that a release exists for the Python of the base image."`,
    );
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('a COPY of what is not there', async () => {
    await using kiosk = await openKiosk({ Dockerfile: dockerfile('COPY requirments.txt .') });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.problems]).toEqual([1, ['fail build-failed']]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ✗ The build fails at step 3/4, COPY. The build context has no requirments.txt.
        Dockerfile:4:1
        4 | COPY requirments.txt .
          | ^
        → The context is ROOT: put requirments.txt there, or correct
          this line of the Dockerfile.
        build  build-failed"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('a disk that is full', async () => {
    await using kiosk = await openKiosk({
      Dockerfile: dockerfile('RUN dd if=/dev/zero of=/dev/full count=1 status=none'),
    });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict, ended.report.error?.code]).toEqual([
      3,
      'error',
      'DJ-DISK-FULL',
    ]);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ djdev could not find out whether kiosk would deploy (TIME)

      ✗ The Docker engine has no disk space left: the build stopped at “[3/4] RUN dd
        if=/dev/zero of=/dev/full count=1 status=none”.
        Dockerfile:4:1
        4 | RUN dd if=/dev/zero of=/dev/full count=1 status=none
          | ^
        | dd: writing to '/dev/full': No space left on device
        → See what takes the space with \`docker system df\`, free some (for example
          with \`docker builder prune\`), and try again.
        DJ-DISK-FULL  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-disk-full"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('an image without Python', async () => {
    const remove = 'RUN rm -f /usr/local/bin/python* /usr/bin/python*';
    await using kiosk = await openKiosk({ Dockerfile: dockerfile(remove) });
    const ended = await kiosk.rehearse();
    expect([ended.exitCode, ended.report.verdict]).toEqual([1, 'fail']);
    expect(ended.problems).toEqual(['warn image-carries-waste', 'fail image-without-python']);
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem, 1 warning (TIME)

      ✗ There is no Python in the image.
          Neither “python3” nor “python” is on the PATH of the image.
        → Build the last stage of the Dockerfile from an image with Python, such as
          python:3.13-slim, or name the right stage with app.build.target in
          djdev.yaml.
        settings  image-without-python

      ! SIZE of the image’s SIZE are pulled and never seen.
        [image-carries-waste]
        → Remove files in the RUN that makes them, or mount them: RUN
          --mount=type=bind,from=…; a later layer only hides them."
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });
});
