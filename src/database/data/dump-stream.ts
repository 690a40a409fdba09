import { createReadStream } from 'node:fs';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DjdevError, type SourceLocation } from '../../errors/djdev-error.ts';
import { type DumpFormat, headBytes, identifyDump } from './identify-dump.ts';
import { damagedDump } from './restore-failure.ts';

/** A dump that is being read, with its compression taken off. */
export interface DumpStream {
  readonly content: DumpFormat;
  readonly bytes: AsyncIterable<Buffer>;
}

/** What is read, for messages. */
export interface DumpOrigin {
  readonly name: string;
  readonly location?: SourceLocation | undefined;
  /** Bytes as they come, before decompression; for progress. */
  readonly onBytes: (count: number) => void;
}

/** Reads a dump from a file. Throws `DJ-DUMP-UNREADABLE`. */
export function readDumpFile(
  file: string,
  origin: DumpOrigin,
  signal: AbortSignal,
): Promise<DumpStream> {
  return readDumpStream(createReadStream(file, { highWaterMark: 1 << 20, signal }), origin);
}

/**
 * Recognises what comes, decompresses it as often as it takes, and hands on the dump itself.
 * Throws `DJ-DUMP-UNREADABLE` for what is none; so does the iteration when it breaks off.
 */
export async function readDumpStream(
  source: AsyncIterable<Buffer>,
  origin: DumpOrigin,
): Promise<DumpStream> {
  let bytes: AsyncIterable<Buffer> = count(source, origin.onBytes);
  for (let layer = 0; layer < 3; layer += 1) {
    const { head, all } = await peek(bytes, origin);
    const content = identifyDump(head);
    if (content.kind === 'unknown')
      throw damagedDump(origin.name, content.because, origin.location);
    if (content.kind === 'gzip' || content.kind === 'zstd') {
      bytes = decompress(all, content.kind, origin);
    } else {
      return { content, bytes: all };
    }
  }
  throw damagedDump(origin.name, 'it is compressed more than twice', origin.location);
}

async function* count(
  source: AsyncIterable<Buffer>,
  onBytes: DumpOrigin['onBytes'],
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onBytes(chunk.length);
    yield chunk;
  }
}

async function peek(
  source: AsyncIterable<Buffer>,
  origin: DumpOrigin,
): Promise<{ readonly head: Buffer; readonly all: AsyncIterable<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < headBytes) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    length += value.length;
  }
  if (length === 0) throw damagedDump(origin.name, 'it is empty', origin.location);
  return {
    head: Buffer.concat(chunks).subarray(0, headBytes),
    all: (async function* () {
      try {
        yield* chunks;
        for (;;) {
          const { value, done } = await iterator.next();
          if (done === true) return;
          yield value;
        }
      } finally {
        await iterator.return?.(undefined);
      }
    })(),
  };
}

async function* decompress(
  source: AsyncIterable<Buffer>,
  kind: 'gzip' | 'zstd',
  origin: DumpOrigin,
): AsyncGenerator<Buffer> {
  const decoder: Transform = kind === 'gzip' ? createGunzip() : createZstdDecoder(origin);
  let sourceError: unknown;
  const feed = (async () => {
    try {
      for await (const chunk of source) {
        if (decoder.destroyed) return;
        if (!decoder.write(chunk)) await drained(decoder);
      }
      decoder.end();
    } catch (error) {
      sourceError = error;
      decoder.destroy();
    }
  })();
  try {
    for await (const chunk of decoder) yield chunk as Buffer;
    await feed;
  } catch (cause) {
    if (sourceError !== undefined) throw sourceError;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw damagedDump(origin.name, `its compression breaks off (${said})`, origin.location);
  } finally {
    decoder.destroy();
  }
  if (sourceError !== undefined) throw sourceError;
}

function createZstdDecoder({ name }: DumpOrigin): Transform {
  // Node 22.15 was the first with zstd; its absence is told, not met as a TypeError.
  if (typeof createZstdDecompress === 'function') return createZstdDecompress();
  throw new DjdevError('DJ-DUMP-UNREADABLE', {
    message: `${name} is compressed with zstd, and this Node cannot read that.`,
    hint: 'Use Node 22.15 or newer, or decompress it: zstd -d.',
  });
}

function drained(stream: Transform): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}
