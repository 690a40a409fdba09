import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCandidates, knownSockets } from '../../../src/engine/engine-candidates.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'djdev-home-'));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  const whole = join(home, '.docker', path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, text);
}

async function writeContext(name: string, endpoint: object): Promise<string> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: endpoint } };
  await write(`contexts/meta/${id}/meta.json`, JSON.stringify(meta));
  return id;
}

const search = (env: Readonly<Record<string, string>>, more: object = {}) =>
  findCandidates({ env, home, uid: 1000, ...more });

test('without any choice the sockets of the common engines are tried', async () => {
  const found = await search({ XDG_RUNTIME_DIR: '/run/user/1000' });
  expect(found).toEqual({
    type: 'candidates',
    candidates: knownSockets({ env: { XDG_RUNTIME_DIR: '/run/user/1000' }, home, uid: 1000 }),
  });
});

test('the known sockets, in order and each once', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
  const sockets = knownSockets({ env, home: '/home/ann', uid: 1000 });
  expect(sockets.map(({ address, origin }) => `${address} (${origin})`)).toMatchInlineSnapshot(`
    [
      "unix:///var/run/docker.sock (default socket)",
      "unix:///run/user/1000/docker.sock (rootless Docker)",
      "unix:///home/ann/.docker/run/docker.sock (Docker Desktop)",
      "unix:///home/ann/.docker/desktop/docker.sock (Docker Desktop)",
      "unix:///home/ann/.colima/default/docker.sock (Colima)",
      "unix:///home/ann/.config/colima/default/docker.sock (Colima)",
      "unix:///home/ann/.orbstack/run/docker.sock (OrbStack)",
      "unix:///home/ann/.rd/docker.sock (Rancher Desktop)",
      "unix:///run/user/1000/podman/podman.sock (Podman)",
      "unix:///run/podman/podman.sock (Podman)",
    ]
  `);
});

test('--host beats everything', async () => {
  await writeContext('colima', { Host: 'unix:///colima.sock' });
  const env = { DOCKER_HOST: 'tcp://other:2375', DOCKER_CONTEXT: 'colima' };
  expect(await search(env, { host: 'tcp://mine:2375', context: 'colima' })).toMatchObject({
    candidates: [{ address: 'tcp://mine:2375', origin: '--host', tls: undefined }],
  });
});

test('--context beats DOCKER_HOST, which beats DOCKER_CONTEXT, which beats the current one', async () => {
  await write('config.json', JSON.stringify({ currentContext: 'current' }));
  for (const name of ['option', 'variable', 'current']) {
    await writeContext(name, { Host: `unix:///${name}.sock` });
  }
  const addresses = async (env: Readonly<Record<string, string>>, more: object = {}) => {
    const found = await search(env, more);
    return found.type === 'candidates' ? found.candidates.map(({ address }) => address) : found;
  };
  const env = { DOCKER_HOST: 'unix:///host.sock', DOCKER_CONTEXT: 'variable' };
  expect(await addresses(env, { context: 'option' })).toEqual(['unix:///option.sock']);
  expect(await addresses(env)).toEqual(['unix:///host.sock']);
  expect(await addresses({ DOCKER_CONTEXT: 'variable' })).toEqual(['unix:///variable.sock']);
  expect(await addresses({})).toEqual(['unix:///current.sock']);
});

test('a context brings its TLS files and says whether to verify', async () => {
  const id = await writeContext('remote', { Host: 'tcp://remote:2376', SkipTLSVerify: true });
  await write(`contexts/tls/${id}/docker/ca.pem`, 'CA');
  await write(`contexts/tls/${id}/docker/cert.pem`, 'CERT');
  await write(`contexts/tls/${id}/docker/key.pem`, 'KEY');
  expect(await search({}, { context: 'remote' })).toEqual({
    type: 'candidates',
    candidates: [
      {
        address: 'tcp://remote:2376',
        origin: 'context remote',
        contextName: 'remote',
        tls: { ca: 'CA', cert: 'CERT', key: 'KEY', verify: false },
      },
    ],
  });
});

test('TLS by environment reads DOCKER_CERT_PATH', async () => {
  await write('certs/ca.pem', 'CA');
  const env = {
    DOCKER_HOST: 'tcp://remote:2376',
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: join(home, '.docker', 'certs'),
  };
  expect(await search(env)).toMatchObject({ candidates: [{ tls: { ca: 'CA' } }] });
});

test('DOCKER_CONFIG moves the whole directory', async () => {
  await writeContext('colima', { Host: 'unix:///colima.sock' });
  const env = { DOCKER_CONFIG: join(home, '.docker'), DOCKER_CONTEXT: 'colima' };
  const found = await findCandidates({ env, home: '/nonexistent', uid: 1000 });
  expect(found).toMatchObject({ candidates: [{ address: 'unix:///colima.sock' }] });
});

test('an unknown context lists the known ones', async () => {
  await writeContext('orbstack', { Host: 'unix:///orb.sock' });
  await writeContext('colima', { Host: 'unix:///colima.sock' });
  expect(await search({ DOCKER_CONTEXT: 'colma' })).toEqual({
    type: 'unknown-context',
    name: 'colma',
    origin: 'DOCKER_CONTEXT',
    known: ['default', 'colima', 'orbstack'],
  });
});

test('a broken configuration file counts as none', async () => {
  await write('config.json', '{ "currentContext": ');
  const candidates = knownSockets({ env: {}, home, uid: 1000 });
  expect(await search({})).toEqual({ type: 'candidates', candidates });
});
