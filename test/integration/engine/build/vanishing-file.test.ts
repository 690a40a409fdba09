import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBuildTracker } from '../../../../src/engine/build/progress/track-build.ts';
import { scanContext } from '../../../../src/engine/build/inputs/scan-context.ts';
import { buildWithSession } from '../../../../src/engine/build/session/build-with-session.ts';
import { createEngineHttp } from '../../../../src/engine/engine-http.ts';
import { readDockerignore } from '../../../../src/project/dockerignore.ts';
import { describeWithEngine, openEngineTest, testImage } from '../../../support/engine.ts';
import { withProject } from '../../../support/with-project.ts';

describeWithEngine('sending the context', () => {
  test('a file that is gone when the engine asks for it ends the build with its name', async () => {
    await using engineTest = await openEngineTest();
    await using project = await withProject({
      Dockerfile: `FROM ${testImage}\nCOPY . .\n`,
      'gone.txt': String(Math.random()),
    });
    const { engine, scope, signal } = engineTest;
    const definition = {
      context: project.root,
      dockerfile: join(project.root, 'Dockerfile'),
      target: undefined,
      args: {},
      secrets: {},
    };
    const entries = await scanContext(project.root, await readDockerignore(definition), signal);
    await rm(join(project.root, 'gone.txt'));
    const http = createEngineHttp(engine.connection.endpoint, engine.info.apiVersion);
    scope.defer(() => http.close());
    const answer = await buildWithSession(
      http,
      { definition, entries, hasIgnoreFile: false, noCache: false },
      createBuildTracker({ onProgress: () => undefined, onLine: () => undefined }),
      signal,
    );
    expect(answer).toMatchObject({
      type: 'failed',
      step: {
        name: '[internal] load build context',
        error: expect.stringContaining('djdev cannot send gone.txt: ENOENT'),
      },
    });
  });
});
