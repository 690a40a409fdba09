import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCachedScan, writeCachedScan } from '../../../../src/rehearse/image-scan/scan-cache.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'djdev-scan-'));
});
afterEach(() => rm(directory, { recursive: true }));

const scan = {
  files: [{ kind: 'git', path: '/app/.git', layer: 3, removedInLayer: 4 }],
  layers: [{ createdBy: 'COPY . .', files: 1, bytes: 2, wastedBytes: 0, wasted: [] }],
  history: ['COPY . .'],
} as const;

test('remembers a scan by the id of the image', async () => {
  expect(await readCachedScan(directory, 'sha256:aa')).toBeUndefined();
  await writeCachedScan(directory, 'sha256:aa', scan);
  expect(await readCachedScan(directory, 'sha256:aa')).toEqual(scan);
  expect(await readCachedScan(directory, 'sha256:bb')).toBeUndefined();
  expect(await readdir(join(directory, 'image-scans'))).toEqual(['aa.json']);
});

test('does not believe what an older scan found', async () => {
  await writeCachedScan(directory, 'sha256:aa', scan);
  await writeFile(join(directory, 'image-scans/aa.json'), '{"version":0,"scan":{}}');
  expect(await readCachedScan(directory, 'sha256:aa')).toBeUndefined();
});
