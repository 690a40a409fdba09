import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Scope } from '../../../src/context/scope.ts';
import { connectEngine } from '../../../src/engine/connect-engine.ts';
import { makeCertificates, openEngineProxy } from '../../support/engine-proxy.ts';
import { describeWithEngine, openEngineTest, testImage } from '../../support/engine.ts';

const signal = AbortSignal.timeout(60_000);

async function temporaryDirectory(scope: Scope): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'djdev-connect-'));
  scope.defer(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('a socket that does not exist', async () => {
  const options = { host: 'unix:///nonexistent/docker.sock', env: {}, home: '/nonexistent' };
  await expect(connectEngine(options, signal)).rejects.toMatchObject({
    code: 'DJ-ENGINE-UNREACHABLE',
    exitCode: 3,
    message:
      'No Docker engine answers. Tried unix:///nonexistent/docker.sock (--host): there is no such socket.',
  });
});

test('a socket that nobody listens on', async () => {
  await using scope = new Scope();
  const path = join(await temporaryDirectory(scope), 'docker.sock');
  // A killed engine leaves its socket file behind.
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  const { spawnSync } = await import('node:child_process');
  spawnSync(process.execPath, ['-e', program]);
  const options = { env: { DOCKER_HOST: `unix://${path}` }, home: '/nonexistent' };
  await expect(connectEngine(options, signal)).rejects.toMatchObject({
    code: 'DJ-ENGINE-UNREACHABLE',
    message: `No Docker engine answers. Tried unix://${path} (DOCKER_HOST): nothing is listening there.`,
    hint: 'Start the engine there, or correct DOCKER_HOST. Without it djdev looks for the engine of this machine.',
  });
});

test('something else that answers there', async () => {
  await using scope = new Scope();
  const path = join(await temporaryDirectory(scope), 'web.sock');
  const http = await import('node:http');
  const server = http.createServer((_, response) => response.end('hello')).listen(path);
  scope.defer(() => void server.close());
  const options = { host: `unix://${path}`, env: {}, home: '/nonexistent' };
  await expect(connectEngine(options, signal)).rejects.toMatchObject({
    message: `No Docker engine answers. Tried unix://${path} (--host): something answers there, but not as a Docker engine (200 hello).`,
  });
});

test('an engine that is too old', async () => {
  await using scope = new Scope();
  const path = join(await temporaryDirectory(scope), 'old.sock');
  const http = await import('node:http');
  const server = http.createServer((_, response) => {
    response.setHeader('Api-Version', '1.39');
    response.end('OK');
  });
  server.listen(path);
  scope.defer(() => void server.close());
  const options = { host: `unix://${path}`, env: {}, home: '/nonexistent' };
  await expect(connectEngine(options, signal)).rejects.toMatchObject({ code: 'DJ-ENGINE-TOO-OLD' });
});

test('an abort while an engine hangs', async () => {
  await using scope = new Scope();
  const path = join(await temporaryDirectory(scope), 'hanging.sock');
  const server = net.createServer(() => {}).listen(path);
  scope.defer(() => void server.close());
  const aborter = new AbortController();
  const reason = new Error('Ctrl-C');
  const options = { host: `unix://${path}`, env: {}, home: '/nonexistent' };
  const connecting = connectEngine(options, aborter.signal);
  setTimeout(() => aborter.abort(reason), 50);
  await expect(connecting).rejects.toBe(reason);
});

test('an unknown context lists the known ones', async () => {
  const options = { context: 'colma', env: {}, home: '/nonexistent' };
  await expect(connectEngine(options, signal)).rejects.toMatchObject({
    code: 'DJ-ENGINE-UNREACHABLE',
    hint: 'Known contexts: default. Choose one with --context, or see `docker context ls`.',
  });
});

test('an ssh host that cannot be reached says what ssh said', async () => {
  const options = { host: 'ssh://djdev@127.0.0.1:1', env: {}, home: '/nonexistent' };
  await expect(connectEngine(options, signal)).rejects.toMatchObject({
    code: 'DJ-ENGINE-UNREACHABLE',
    message: expect.stringMatching(/^No Docker engine answers\. Tried ssh:.*ssh failed: ./s),
  });
});

describeWithEngine('a connected engine', () => {
  test('knows itself', async () => {
    await using t = await openEngineTest();
    const { info, connection } = t.engine;
    expect(info.endpoint).toMatch(/^unix:\/\/.* \(.*\)$/);
    expect(info.version).toMatch(/^\d/);
    expect(Number(info.apiVersion.split('.')[1])).toBeGreaterThanOrEqual(40);
    expect(info.os).toBe('linux');
    expect(connection.cliEnvironment['DOCKER_HOST']).toMatch(/^unix:\/\//);
  });

  test('is reached over TCP, and its ports too', async () => {
    await using t = await openEngineTest();
    await using proxy = await openEngineProxy(t.engine.connection.endpoint, 'tcp');
    const env = { DOCKER_HOST: proxy.address };
    await using engine = await connectEngine({ env, home: '/nonexistent' }, signal);
    expect(engine.info.endpoint).toBe(`${proxy.address} (DOCKER_HOST)`);
    const command = ['python3', '-c', 'print(input())'];
    const spec = {
      name: t.nameFor('tcp'),
      image: testImage,
      ownership: t.ownership('tcp'),
      command,
    };
    await using container = await engine.runContainer(
      { ...spec, lifeline: 'none', attachStdin: true },
      signal,
    );
    container.stdin?.end('over tcp\n');
    const lines: string[] = [];
    for await (const { text } of container.output) lines.push(text);
    expect(lines).toEqual(['over tcp']);
  });

  test('is reached over TLS by a context, and not without its certificates', async () => {
    await using t = await openEngineTest();
    const home = await temporaryDirectory(t.scope);
    const id = createHash('sha256').update('remote').digest('hex');
    const certificates = join(home, '.docker', 'contexts', 'tls', id, 'docker');
    await makeCertificates(certificates);
    await using proxy = await openEngineProxy(t.engine.connection.endpoint, { certificates });
    const metaDirectory = join(home, '.docker', 'contexts', 'meta', id);
    await mkdir(metaDirectory, { recursive: true });
    const meta = { Name: 'remote', Endpoints: { docker: { Host: proxy.address } } };
    await writeFile(join(metaDirectory, 'meta.json'), JSON.stringify(meta));

    await using engine = await connectEngine({ context: 'remote', env: {}, home }, signal);
    expect(engine.info).toMatchObject({ contextName: 'remote', version: t.engine.info.version });
    expect(engine.connection.cliEnvironment).toEqual({ DOCKER_HOST: '', DOCKER_CONTEXT: 'remote' });

    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates };
    await using same = await connectEngine({ host: proxy.address, env, home }, signal);
    expect(same.info.version).toBe(t.engine.info.version);

    const bare = connectEngine({ host: proxy.address, env: {}, home }, signal);
    await expect(bare).rejects.toMatchObject({ code: 'DJ-ENGINE-UNREACHABLE' });
  });

  test('that is lost in mid run says so everywhere', async () => {
    await using t = await openEngineTest();
    await using proxy = await openEngineProxy(t.engine.connection.endpoint, 'socket');
    await using engine = await connectEngine({ host: proxy.address, env: {}, home: '/' }, signal);
    const command = ['python3', '-uc', 'import time; print("up"); time.sleep(60)'];
    const spec = {
      name: t.nameFor('app'),
      image: testImage,
      ownership: t.ownership('app'),
      command,
    };
    const container = await engine.runContainer({ ...spec, lifeline: 'none' }, signal);
    const session = await engine.exec(container.id, { command: ['sleep', '60'] }, signal);
    proxy.cut();
    const lost = { name: 'DjdevError', code: 'DJ-ENGINE-LOST' };
    await expect(container.exited).rejects.toMatchObject(lost);
    await expect(session.exited).rejects.toMatchObject(lost);
    await expect(engine.inspectImage(testImage, signal)).rejects.toMatchObject(lost);
    await expect(container[Symbol.asyncDispose]()).rejects.toMatchObject(lost);
  });
});
