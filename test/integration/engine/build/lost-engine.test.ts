import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildImage } from '../../../../src/engine/build/build-image.ts';
import { connectEngine } from '../../../../src/engine/connect-engine.ts';
import { describeWithEngine, testImage } from '../../../support/engine.ts';
import { builders, openBuildTest } from './build-test.ts';

describeWithEngine('an engine that is lost during a build', () => {
  describe.each(builders)('with $name', ({ buildx }) => {
    test('is an error of the environment', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `FROM ${testImage}\nRUN echo ${Math.random()} && sleep 20\n`,
      });
      const { engine, signal } = project.test;
      const { endpoint } = engine.connection;
      if (endpoint.type !== 'socket') return;
      await using cable = await openCable(endpoint.path);
      await using remote = await connectEngine(
        { env: {}, host: `tcp://127.0.0.1:${cable.port}` },
        signal,
      );
      const build = buildImage(
        remote,
        {
          definition: {
            context: project.context,
            dockerfile: join(project.context, 'Dockerfile'),
            target: undefined,
            args: {},
            secrets: {},
          },
          repository: project.repository,
        },
        { onProgress: () => undefined, onLine: () => cable.cut() },
        signal,
        { buildx, cacheDirectory: join(project.context, '../cache') },
      );
      await expect(build).rejects.toMatchObject({ code: 'DJ-ENGINE-LOST' });
    });
  });
});

/** A TCP port that leads to the engine's socket until it is cut. */
async function openCable(
  path: string,
): Promise<AsyncDisposable & { readonly port: number; cut: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(path);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy()).on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    // eslint-disable-next-line typescript/require-await -- the interface is asynchronous
    async [Symbol.asyncDispose]() {
      cut();
    },
  };
}
