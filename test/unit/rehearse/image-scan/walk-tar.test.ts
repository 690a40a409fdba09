import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { walkTar } from '../../../../src/rehearse/image-scan/walk-tar.ts';

/** A tar of these files, as a program other than ours writes it. */
async function tarOf(files: Readonly<Record<string, string | null>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    if (content === null) archive.entry({ name, type: 'directory' });
    else archive.entry({ name }, content);
  }
  archive.finalize();
  return buffer(archive);
}

/** The bytes in pieces that never end where an entry does. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const files = {
  'app/': null,
  'app/one.txt': 'one',
  'app/empty.txt': '',
  [`app/${'long/'.repeat(40)}name.txt`]: 'far down',
  'app/block.bin': 'x'.repeat(512),
  'app/ünïcode.txt': 'ü',
};

test.each([1, 7, 512, 100_000])('reads names and bodies in pieces of %i bytes', async (size) => {
  const seen: Record<string, string | null> = {};
  await walkTar(inPieces(await tarOf(files), size), async ({ name, isFile, bytes }, body) => {
    const content = await buffer(body);
    expect(content).toHaveLength(bytes);
    seen[name] = isFile ? content.toString() : null;
  });
  expect(seen).toEqual(files);
});

test('skips what a visitor does not read, wholly or in part', async () => {
  const names: string[] = [];
  await walkTar(inPieces(await tarOf(files), 10), async ({ name }, body) => {
    names.push(name);
    if (name.endsWith('block.bin')) await body[Symbol.asyncIterator]().next();
  });
  expect(names).toEqual(Object.keys(files));
});

test('a tar that breaks off is an error', async () => {
  const whole = await tarOf({ 'one.txt': 'x'.repeat(2000) });
  const half = whole.subarray(0, 1500);
  await expect(walkTar(inPieces(half, 100), () => undefined)).rejects.toThrow(
    'The tar archive ends in the middle of an entry.',
  );
});

test('other bytes are no tar', async () => {
  const text = Buffer.from('no archive at all, only text '.repeat(50));
  await expect(walkTar(inPieces(text, 100), () => undefined)).rejects.toThrow(
    'These bytes are not a tar archive.',
  );
});
