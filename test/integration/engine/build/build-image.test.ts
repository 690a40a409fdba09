import { randomBytes } from 'node:crypto';
import { chmod, mkdir, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/project/secret.ts';
import { describeWithEngine, testImage } from '../../../support/engine.ts';
import { withProject } from '../../../support/with-project.ts';
import { builders, expectBuilt, openBuildTest } from './build-test.ts';

const from = `FROM ${testImage}\nWORKDIR /app\n`;

describeWithEngine('building an image', () => {
  describe.each(builders)('with $name', ({ buildx }) => {
    test('the image is tagged with the digest of its inputs and has what was copied', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY . .\nRUN cat shop/models.py && ls -a\n`,
        '.dockerignore': '*.log\n.env\n',
        'shop/models.py': `# ${randomBytes(8).toString('hex')}\n`,
        'debug.log': 'x',
        '.env': 'x',
      });
      const build = await project.build();
      const { id, reference } = expectBuilt(build);
      expect(reference).toMatch(/:[0-9a-f]{16}$/);
      expect(build.reason).toBe('first build');
      expect(build.lines.slice(1)).toEqual(['.', '..', '.dockerignore', 'Dockerfile', 'shop']);
      expect(build.steps).toContain('completed [4/4] RUN cat shop/models.py && ls -a');
      const image = await project.test.engine.inspectImage(reference, project.test.signal);
      expect(image?.id).toBe(id);
      expect(image?.references).toEqual([reference]);
    });

    test('unchanged inputs are not built, also when only times differ', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY manage.py .\n`,
        '.dockerignore': '*.log\n',
        'manage.py': 'x',
      });
      const first = expectBuilt(await project.build());
      await utimes(join(project.context, 'manage.py'), 1, 1);
      await project.write({ 'debug.log': 'ignored', 'notes.txt': 'copied by nothing' });
      const second = await project.build();
      expect(second.reason).toBe('unchanged');
      expect(second.steps).toEqual([]);
      expect(expectBuilt(second)).toEqual({
        ...first,
        reason: { rebuilt: false, text: 'unchanged' },
        ms: expect.any(Number),
      });
    });

    test('the reason names what changed, and the change is in the image', async () => {
      const note = `# ${randomBytes(8).toString('hex')}`;
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}${note}\nCOPY requirements.txt .\nCOPY shop shop\nRUN cat requirements.txt shop/*.py ${note}\n`,
        'requirements.txt': 'django==5.2\n',
        'shop/a.py': 'a\n',
      });
      expectBuilt(await project.build());
      // Same size, same second: only content or the finest of times can tell.
      await project.write({ 'requirements.txt': 'django==5.1\n' });
      const changed = await project.build();
      expect([changed.reason, changed.lines]).toEqual([
        'requirements.txt changed',
        ['django==5.1', 'a'],
      ]);
      await project.write({ 'shop/b.py': 'b\n', 'shop/c.py': 'c\n' });
      const added = await project.build();
      expect([added.reason, added.lines]).toEqual([
        '2 files changed: shop/b.py, shop/c.py',
        ['django==5.1', 'a', 'b', 'c'],
      ]);
      await project.write({ Dockerfile: `${from}COPY shop shop\nRUN ls shop ${note}\n` });
      const edited = await project.build();
      expect([edited.reason, edited.lines]).toEqual([
        'Dockerfile changed, requirements.txt removed',
        ['a.py', 'b.py', 'c.py'],
      ]);
      const again = await project.build({}, { force: true });
      expect(again.reason).toBe('asked for');
    });

    test('arguments, target and secrets reach the build, and a secret leaves no trace', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: [
          `FROM ${testImage} AS production`,
          'ARG VERSION=none',
          'RUN --mount=type=secret,id=token sh -c "echo $VERSION; wc -c < /run/secrets/token"',
          'FROM production AS later',
          'RUN exit 1',
        ].join('\n'),
      });
      const value = randomBytes(20).toString('hex');
      const definition = {
        target: 'production',
        args: { VERSION: randomBytes(4).toString('hex') },
        secrets: { token: new Secret(value) },
      };
      const build = await project.build(definition);
      const { reference } = expectBuilt(build);
      expect(build.lines).toEqual([definition.args.VERSION, '40']);
      expect(JSON.stringify(build)).not.toContain(value);
      const changed = await project.build({ ...definition, args: { VERSION: 'other' } });
      expect(changed.reason).toBe('build argument VERSION changed');
      // The value of a secret is no input, to BuildKit neither.
      const rotated = await project.build({ ...definition, secrets: { token: new Secret('new') } });
      expect([rotated.reason, expectBuilt(rotated).reference]).toEqual(['unchanged', reference]);
    });

    test('modes, links, empty directories and odd names arrive as they are', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY . .\nRUN find . -mindepth 1 -printf '%M %P %l\\n' | sort -k2\n`,
        // More patterns than Node's HTTP/2 takes headers for by default.
        '.dockerignore': Array.from({ length: 300 }, (_, index) => `ignored-${index}\n`).join(''),
        'run.sh': '#!/bin/sh\n',
        'a, b/naïve file.txt': randomBytes(8).toString('hex'),
        'ignored-299': 'x',
        'target/x': 'x',
      });
      await chmod(join(project.context, 'run.sh'), 0o750);
      await mkdir(join(project.context, 'empty'), { mode: 0o700 });
      await symlink('target/x', join(project.context, 'link'));
      await symlink('/nowhere', join(project.context, 'dangling'));
      const build = await project.build();
      expectBuilt(build);
      expect(build.lines).toEqual([
        '-rw-r--r-- .dockerignore ',
        '-rw-r--r-- Dockerfile ',
        'drwxr-xr-x a, b ',
        '-rw-r--r-- a, b/naïve file.txt ',
        'lrwxrwxrwx dangling /nowhere',
        'drwx------ empty ',
        'lrwxrwxrwx link target/x',
        '-rwxr-x--- run.sh ',
        'drwxr-xr-x target ',
        '-rw-r--r-- target/x ',
      ]);
    });

    test('a symlink that COPY names brings what it points at', async () => {
      const content = randomBytes(8).toString('hex');
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY current/app.py .\nRUN cat app.py\n`,
        'releases/1/app.py': `${content}\n`,
      });
      await symlink('releases/1', join(project.context, 'current'));
      const build = await project.build();
      expectBuilt(build);
      expect(build.lines).toEqual([content]);
      await project.write({ 'releases/1/app.py': 'two\n' });
      expect((await project.build()).reason).toBe('releases/1/app.py changed');
    });

    test('an allow list in .dockerignore, which ignores itself, works', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY . .\nRUN find . -mindepth 1 | sort\n`,
        '.dockerignore': '*\n!shop/models\n',
        'shop/models/a.py': randomBytes(8).toString('hex'),
        'shop/b.py': 'x',
        'secret.txt': 'x',
      });
      const build = await project.build();
      expectBuilt(build);
      expect(build.lines).toEqual(['./shop', './shop/models', './shop/models/a.py']);
    });

    test('a long quiet step does not cost the session that a later step needs', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: [
          from,
          `RUN sleep 6 && : ${randomBytes(4).toString('hex')}`,
          'RUN --mount=type=secret,id=token wc -c < /run/secrets/token',
        ].join('\n'),
      });
      const build = await project.build({ secrets: { token: new Secret('12345') } });
      expectBuilt(build);
      expect(build.lines).toEqual(['5']);
    });

    test('a file of several megabytes arrives whole', async () => {
      const content = randomBytes(4_000_000).toString('hex');
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY big .\nRUN sha256sum big\n`,
        big: content,
      });
      const { createHash } = await import('node:crypto');
      const build = await project.build();
      expectBuilt(build);
      expect(build.lines).toEqual([`${createHash('sha256').update(content).digest('hex')}  big`]);
    });

    test('a file saved during the build is built by the next one', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY manage.py .\nRUN echo go && sleep 1 && cat manage.py\n`,
        'manage.py': `${randomBytes(4).toString('hex')}\n`,
      });
      const late = randomBytes(4).toString('hex');
      const saves: Promise<void>[] = [];
      const first = await project.build(
        {},
        {
          onLine: (line) => {
            if (line === 'go') saves.push(project.write({ 'manage.py': `${late}\n` }));
          },
        },
      );
      await Promise.all(saves);
      expectBuilt(first);
      const second = await project.build();
      expectBuilt(second);
      expect(second.reason).toBe('files were saved during the last build, manage.py changed');
      expect(second.lines.at(-1)).toBe(late);
    });

    test('two builds of one project at once both work', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY . .\nRUN sleep 1; cat manage.py\n`,
        'manage.py': `${randomBytes(4).toString('hex')}\n`,
      });
      const [one, two] = await Promise.all([project.build(), project.build()]);
      expect(expectBuilt(one).reference).toBe(expectBuilt(two).reference);
      expect((await project.build()).reason).toBe('unchanged');
    });

    test('the two newest images of the repository are kept', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY manage.py .\n`,
        'manage.py': 'x',
      });
      const references: string[] = [];
      for (const version of ['1', '2', '3']) {
        await project.write({ 'manage.py': version });
        references.push(expectBuilt(await project.build()).reference);
      }
      const { engine, signal } = project.test;
      const kept = await engine.listImages(project.repository, signal);
      expect(kept.toSorted()).toEqual(references.slice(1).toSorted());
    });

    test('a Dockerfile elsewhere has an ignore file of its own', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: 'FROM nowhere\n',
        '.dockerignore': 'a.txt\n',
        '../deploy/app.Dockerfile': `${from}COPY *.txt ./\nRUN ls . # ${randomBytes(8).toString('hex')}\n`,
        '../deploy/app.Dockerfile.dockerignore': 'b.txt\n',
        'a.txt': 'a',
        'b.txt': 'b',
      });
      const dockerfile = join(project.context, '../deploy/app.Dockerfile');
      const build = await project.build({ dockerfile });
      expectBuilt(build);
      expect(build.lines).toEqual(['a.txt']);
      await project.write({ '../deploy/app.Dockerfile.dockerignore': 'a.txt\n' });
      expect((await project.build({ dockerfile })).reason).toBe(
        '../deploy/app.Dockerfile.dockerignore changed, 2 files changed: a.txt, b.txt',
      );
    });

    test('a Dockerfile may be a symlink', async () => {
      await using project = await openBuildTest(buildx, {
        'docker/production': `${from}RUN echo production # ${randomBytes(8).toString('hex')}\n`,
        '.dockerignore': 'docker\n',
      });
      await symlink('docker/production', join(project.context, 'Dockerfile'));
      const build = await project.build();
      expectBuilt(build);
      expect(build.lines).toEqual(['production']);
    });

    test('another base image under the same name is a reason to build', async () => {
      const note = randomBytes(8).toString('hex');
      await using project = await openBuildTest(buildx, {
        Dockerfile: `ARG BASE=nowhere:1\nFROM \${BASE}\nRUN true # ${note}\n`,
        'other.Dockerfile': `FROM ${testImage}\nENV NOTE=${note}\n`,
      });
      const { engine, nameFor, scope, signal } = project.test;
      const base = `${nameFor('base')}:1`;
      await engine.tagImage(testImage, base, signal);
      scope.defer(async () => void (await engine.removeImage(base, signal)));
      const definition = { args: { BASE: base } };
      expectBuilt(await project.build(definition));
      expect((await project.build(definition)).reason).toBe('unchanged');
      const dockerfile = join(project.context, 'other.Dockerfile');
      const other = expectBuilt(await project.build({ dockerfile }));
      await engine.tagImage(other.id, base, signal);
      expect((await project.build(definition)).reason).toBe(`base image ${base} changed`);
    });

    test('a build without cache replaces the image and leaves no nameless one', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}RUN date +%N > /time\n`,
      });
      const { engine, signal } = project.test;
      const first = expectBuilt(await project.build());
      const second = expectBuilt(await project.build({}, { noCache: true }));
      expect(second.reference).toBe(first.reference);
      expect(second.id).not.toBe(first.id);
      expect((await engine.inspectImage(first.reference, signal))?.id).toBe(second.id);
      expect(await engine.inspectImage(first.id, signal)).toBeUndefined();
    });

    test('an image that was removed is made again', async () => {
      await using project = await openBuildTest(buildx, { Dockerfile: `${from}RUN true\n` });
      const { reference } = expectBuilt(await project.build());
      await project.test.engine.removeImage(reference, project.test.signal);
      const again = await project.build();
      expect([again.reason, expectBuilt(again).reference]).toEqual([
        'the image is no longer on the engine',
        reference,
      ]);
    });
  });

  test('a buildx that cannot be executed is left aside', async () => {
    await using tools = await withProject({ 'docker-buildx': 'not a program' });
    const file = join(tools.root, 'docker-buildx');
    await chmod(file, 0o755);
    await using project = await openBuildTest(file, { Dockerfile: `${from}RUN true\n` });
    expectBuilt(await project.build());
  });

  test('every way of building gives the same image and the same digest', async () => {
    const images: string[] = [];
    const text = randomBytes(8).toString('hex');
    for (const { buildx } of builders) {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `${from}COPY . .\n`,
        'manage.py': text,
      });
      const { id, reference } = expectBuilt(await project.build());
      images.push(`${id} ${reference.split(':')[1]}`);
    }
    expect(new Set(images).size).toBe(1);
  });
});
