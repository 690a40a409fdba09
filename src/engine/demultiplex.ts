import type { OutputStream } from './engine.ts';

/** A piece of output as it arrived; not aligned with lines or characters. */
export interface OutputChunk {
  readonly stream: OutputStream;
  readonly bytes: Buffer;
  /** The first piece of a frame. */
  readonly startsFrame?: boolean;
}

const headerLength = 8;

/**
 * Takes apart the engine's frames (`[stream, 0, 0, 0, length as 4 bytes]`, then the payload), cut
 * anywhere by the network. Payloads are handed on as they come, so a large frame is never held.
 *
 * A loop, because docker-modem's recursive one overflows the stack at thousands of small frames
 * in one chunk, which is what a test runner's dots are.
 */
export function createDemultiplexer(): (chunk: Buffer) => readonly OutputChunk[] {
  let header = Buffer.alloc(0);
  let stream: OutputStream = 'stdout';
  let remaining = 0;
  let startsFrame = false;

  return (chunk) => {
    const output: OutputChunk[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      if (remaining > 0) {
        const bytes = chunk.subarray(offset, offset + remaining);
        output.push({ stream, bytes, ...(startsFrame ? { startsFrame } : {}) });
        startsFrame = false;
        offset += bytes.length;
        remaining -= bytes.length;
        continue;
      }
      const part = chunk.subarray(offset, offset + headerLength - header.length);
      header = Buffer.concat([header, part]);
      offset += part.length;
      if (header.length === headerLength) {
        stream = header[0] === 2 ? 'stderr' : 'stdout';
        remaining = header.readUInt32BE(4);
        startsFrame = true;
        header = Buffer.alloc(0);
      }
    }
    return output;
  };
}

/** Output of a terminal comes without frames: all of it is stdout. */
export function passThroughTerminal(chunk: Buffer): readonly OutputChunk[] {
  return [{ stream: 'stdout', bytes: chunk }];
}
