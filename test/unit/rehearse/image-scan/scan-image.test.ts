import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { hashImage } from '../../../../src/rehearse/image-scan/hash-image.ts';
import { scanImage } from '../../../../src/rehearse/image-scan/scan-image.ts';

type Files = Readonly<Record<string, string | Buffer>>;

async function tarOf(files: Files): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** An image as an older engine saves it: its layers come in any order, the manifest last. */
async function scan(...layers: Files[]) {
  return scanWith([], layers);
}

/** With the instructions that the image says made it. */
async function scanWith(history: readonly object[], layers: readonly Files[]) {
  const tars = await Promise.all(layers.map(tarOf));
  const names = layers.map((_, index) => `${index}abc/layer.tar`);
  const saved = Object.fromEntries(names.map((name, index) => [name, tars[index] ?? '']));
  const shuffled = Object.fromEntries(Object.entries(saved).toReversed());
  return scanImage(
    once(
      await tarOf({
        '0.json': JSON.stringify({ history }),
        ...shuffled,
        'manifest.json': JSON.stringify([{ Config: '0.json', Layers: names }]),
      }),
    ),
  );
}

const key = '-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n';
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

test('finds what must not be in an image, and nothing else', async () => {
  const { files: found } = await scan({
    'etc/os-release': 'Debian',
    'app/.env': 'SECRET_KEY=1',
    'app/.env.example': 'SECRET_KEY=',
    'app/empty/.env': '',
    'app/.git/HEAD': 'ref: refs/heads/main',
    'app/.git/config': '[core]',
    'app/.gitignore': '*.pyc',
    'app/deploy.pem': key,
    'app/ca.pem': certificate,
    'home/app/.ssh/id_ed25519': '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    'usr/local/lib/python3.13/site-packages/tls/test.key': key,
    'etc/ssl/private/ssl-cert-snakeoil.key': key,
  });
  expect(found.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'env-file /app/.env',
    'git /app/.git',
    'key /app/deploy.pem',
    'key /home/app/.ssh/id_ed25519',
  ]);
});

test('a file that a later layer removes is still there to be read', async () => {
  const { files: found } = await scan(
    { 'app/readme': '' },
    { 'app/.env': 'A=1', 'app/keys/one.key': key, 'app/secrets/two.key': key, '.env': 'B=2' },
    { 'app/.wh..env': '', 'app/.wh.keys': '', 'app/secrets/.wh..wh..opq': '' },
  );
  expect(found).toEqual([
    { kind: 'env-file', path: '/app/.env', layer: 2, removedInLayer: 3 },
    { kind: 'key', path: '/app/keys/one.key', layer: 2, removedInLayer: 3 },
    { kind: 'key', path: '/app/secrets/two.key', layer: 2, removedInLayer: 3 },
    { kind: 'env-file', path: '/.env', layer: 2, removedInLayer: undefined },
  ]);
});

test('a file that is overwritten is named once, where it came first', async () => {
  const { files: found } = await scan(
    { 'app/.env': 'A=1' },
    { 'app/.wh..env': '' },
    { 'app/.env': 'A=2' },
  );
  expect(found).toEqual([
    { kind: 'env-file', path: '/app/.env', layer: 1, removedInLayer: undefined },
  ]);
});

test('reads images of engines that keep compressed blobs', async () => {
  const layer = gzipSync(await tarOf({ 'app/.env': 'A=1' }));
  const saved = await tarOf({
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
    'blobs/sha256/aaa': '{"architecture":"amd64"}',
    'blobs/sha256/bbb': layer,
    'manifest.json': JSON.stringify([{ Layers: ['blobs/sha256/bbb'] }]),
  });
  const { files } = await scanImage(once(saved));
  expect(files).toEqual([
    { kind: 'env-file', path: '/app/.env', layer: 1, removedInLayer: undefined },
  ]);
});

test('weighs layers: what a later one hides is pulled and never seen', async () => {
  const { layers, history } = await scanWith(
    [
      { created_by: 'ADD rootfs.tar /' },
      { created_by: 'ENV A=1', empty_layer: true },
      { created_by: 'COPY . .' },
      { created_by: 'RUN rm -r wheels' },
    ],
    [
      { 'etc/motd': '12345', 'etc/keep': '1' },
      { 'app/wheels/a.whl': '1234567890', 'app/views.py': '123', 'etc/motd': '12' },
      { 'app/.wh.wheels': '', 'app/views.py': '1234' },
    ],
  );
  expect(layers).toEqual([
    {
      createdBy: 'ADD rootfs.tar /',
      files: 2,
      bytes: 6,
      wastedBytes: 5,
      wasted: [{ path: '/etc/motd', bytes: 5, by: 2 }],
    },
    {
      createdBy: 'COPY . .',
      files: 3,
      bytes: 15,
      wastedBytes: 13,
      wasted: [
        { path: '/app/wheels/a.whl', bytes: 10, by: 3 },
        { path: '/app/views.py', bytes: 3, by: 3 },
      ],
    },
    { createdBy: 'RUN rm -r wheels', files: 1, bytes: 4, wastedBytes: 0, wasted: [] },
  ]);
  expect(history).toHaveLength(4);
});

test('finds passwords and tokens in files that look like any other, and no examples', async () => {
  const stripe = `sk_live_${'a1B2'.repeat(6)}`;
  const { files } = await scan({
    'app/shop/settings.py': `STRIPE_KEY = "${stripe}"`,
    'app/README.md': 'AKIAIOSFODNN7EXAMPLE and sk_live_…',
    'home/app/.netrc': 'machine pypi.example.com login x password hunter2',
    'root/.pypirc': '[distutils]',
    'app/.npmrc': 'registry=https://npm.example.com',
    'usr/share/doc/key.txt': stripe,
  });
  expect(files.map(({ kind, path, what }) => [kind, path, what])).toEqual([
    ['token', '/app/shop/settings.py', 'a Stripe key'],
    ['token', '/home/app/.netrc', 'credentials'],
  ]);
});

test('hashes what the last layer leaves, bytecode without the time of its source', async () => {
  const layer = async (files: Files) => {
    const saved = {
      'a/layer.tar': await tarOf(files),
      'b/layer.tar': await tarOf({ 'app/.wh.gone': '', 'app/old/.wh..wh..opq': '' }),
      'manifest.json': JSON.stringify([{ Layers: ['a/layer.tar', 'b/layer.tar'] }]),
    };
    return await hashImage(once(await tarOf(saved)));
  };
  const files = { 'app/gone': '1', 'app/old/x': '1', 'app/x.py': '1', 'var/log/dpkg.log': '1' };
  const first = await layer({ ...files, 'app/x.pyc': `${'0'.repeat(16)}code` });
  const second = await layer({ ...files, 'app/x.pyc': `${'1'.repeat(16)}code` });
  expect([...first.keys()].toSorted()).toEqual(['/app/x.py', '/app/x.pyc']);
  expect(second).toEqual(first);
});
