import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { describeWithEngine, testImage } from '../../../support/engine.ts';
import { builders, expectBuilt, expectFailed, openBuildTest } from './build-test.ts';

const run = promisify(execFile);
/** Where a command of a build reaches this machine, when the engine is on it. */
const host = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const nonce = (): string => `# ${randomBytes(8).toString('hex')}`;

/** A server with a certificate of an authority that nobody but `ca.pem` knows. */
async function serveWithOwnAuthority(
  directory: string,
  address: string,
): Promise<AsyncDisposable & { readonly url: string; readonly authority: string }> {
  const openssl = (...args: readonly string[]): Promise<unknown> =>
    run('openssl', [...args], { cwd: directory });
  // Python 3.13 wants an authority to say that it may sign.
  const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-subj',
    '/CN=Own',
    ...usage,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  const named = ['-addext', `subjectAltName=IP:${address}`, '-addext', 'basicConstraints=CA:FALSE'];
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-subj', '/CN=server'];
  await openssl(
    'req',
    '-x509',
    ...key,
    ...signed,
    ...named,
    '-keyout',
    'key.pem',
    '-out',
    'crt.pem',
  );
  const [cert, privateKey] = await Promise.all(
    ['crt.pem', 'key.pem'].map((file) => readFile(join(directory, file))),
  );
  const server = createServer({ cert, key: privateKey }, (_request, response) => {
    response.end('from behind the proxy');
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    url: `https://${address}:${(server.address() as AddressInfo).port}/`,
    authority: join(directory, 'ca.pem'),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

describeWithEngine('what a build takes over from this machine', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ['SSL_CERT_FILE', 'PIP_INDEX_URL', 'HTTP_PROXY']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  describe.each(builders)('with $name', ({ buildx }) => {
    test.skipIf(host === undefined)(
      'commands trust the authorities that this machine trusts, and the image has none of it',
      async () => {
        await using project = await openBuildTest(buildx, { 'keep.txt': 'x' });
        await using server = await serveWithOwnAuthority(project.context, host ?? '');
        const ask = `python3 -c "import urllib.request as r; print(r.urlopen('${server.url}').read().decode())"`;
        await project.write({
          Dockerfile: `FROM ${testImage}\nRUN ${ask} ${nonce()}\nUSER 10001\nRUN ${ask} && echo $PIP_CERT\n`,
        });
        const refused = expectFailed(await project.build());
        expect(refused.location?.line).toBe(2);
        expect(refused.hint).toMatch(/inherit: \[certificates\]/);

        process.env.SSL_CERT_FILE = server.authority;
        const build = await project.build({ inherit: ['certificates'] });
        const { id } = expectBuilt(build);
        expect(build.lines).toEqual([
          'from behind the proxy',
          'from behind the proxy',
          '/run/djdev/ca.crt',
        ]);
        const image = await project.test.engine.inspectImage(id, project.test.signal);
        const base = await project.test.engine.inspectImage(testImage, project.test.signal);
        expect(image?.environment).toEqual(base?.environment);
        const { engine, nameFor, ownership, signal } = project.test;
        const container = await engine.runContainer(
          {
            name: nameFor('look'),
            image: id,
            ownership: ownership('look'),
            command: ['sleep', '600'],
            lifeline: 'wrap',
          },
          signal,
        );
        const list = { command: ['ls', '-A', '/run/djdev'] };
        const look = await engine.execToEnd(container.id, list, signal);
        expect(look.stdout).toBe('');
      },
    );

    test('the index is in the environment of commands, and another index is another image', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `FROM ${testImage}\nRUN echo "index: $PIP_INDEX_URL" ${nonce()}\n`,
      });
      process.env.PIP_INDEX_URL = 'https://index.example/simple';
      const build = await project.build({ inherit: ['index'] });
      expect(build.lines).toEqual(['index: https://index.example/simple']);
      expect((await project.build({ inherit: ['index'] })).reason).toBe('unchanged');
      process.env.PIP_INDEX_URL = 'https://other.example/simple';
      const other = await project.build({ inherit: ['index'] });
      expect(other.reason).toContain('build argument PIP_INDEX_URL');
      expect(other.lines).toEqual(['index: https://other.example/simple']);
    });

    test('the proxy is in the environment of commands, and changes no image', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `FROM ${testImage}\nRUN echo "proxy: $HTTP_PROXY $http_proxy" ${nonce()}\n`,
      });
      process.env.HTTP_PROXY = 'http://proxy.example:3128';
      const build = await project.build({ inherit: ['proxy'] });
      expect(build.lines).toEqual(['proxy: http://proxy.example:3128 http://proxy.example:3128']);
      process.env.HTTP_PROXY = 'http://other.example:3128';
      expect((await project.build({ inherit: ['proxy'] })).reason).toBe('unchanged');
    });

    test('a mapped image is built from, and its change is a reason to build', async () => {
      await using project = await openBuildTest(buildx, {
        Dockerfile: `FROM registry.invalid/python:9 AS base\nFROM base\nCOPY --from=registry.invalid/python:9 /etc/os-release /copied\nRUN echo built ${nonce()}\n`,
      });
      const images = { 'registry.invalid/python:9': testImage };
      const build = await project.build({ images });
      expect(build.lines).toEqual(['built']);
      expect((await project.build({ images })).reason).toBe('unchanged');
      const failed = await project.build({ images: { 'x:1': testImage } }).catch((error) => error);
      expect(failed).toMatchObject({ code: 'DJ-IMAGE-NOT-FOUND' });
    });
  });
});
