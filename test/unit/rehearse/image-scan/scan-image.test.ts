import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
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
  const tars = await Promise.all(layers.map(tarOf));
  const names = layers.map((_, index) => `${index}abc/layer.tar`);
  const saved = Object.fromEntries(names.map((name, index) => [name, tars[index] ?? '']));
  const shuffled = Object.fromEntries(Object.entries(saved).toReversed());
  return scanImage(
    once(
      await tarOf({
        '0.json': '{}',
        ...shuffled,
        'manifest.json': JSON.stringify([{ Config: '0.json', Layers: names }]),
      }),
    ),
  );
}

const key = '-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n';
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

test('finds what must not be in an image, and nothing else', async () => {
  const found = await scan({
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
  const found = await scan(
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
  const found = await scan({ 'app/.env': 'A=1' }, { 'app/.wh..env': '' }, { 'app/.env': 'A=2' });
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
  expect(await scanImage(once(saved))).toEqual([
    { kind: 'env-file', path: '/app/.env', layer: 1, removedInLayer: undefined },
  ]);
});
