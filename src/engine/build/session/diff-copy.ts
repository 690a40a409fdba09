import { createReadStream, readFileSync } from 'node:fs';
import type { ContextEntry } from '../inputs/scan-context.ts';
import {
  decodePacket,
  encodeData,
  encodeError,
  encodeFinish,
  encodeStat,
  packetType,
} from './file-packets.ts';
import {
  type GrpcCall,
  GrpcError,
  type GrpcMethod,
  grpcStatus,
  type Metadata,
} from './grpc-server.ts';

/** What the engine asks for in one call of `DiffCopy`. */
export interface FileRequest {
  /** `context` or `dockerfile`. */
  readonly directory: string;
  /** Paths to send, with what symlinks on the way point at. None: everything. */
  readonly patterns: readonly string[];
  /** Lines of the .dockerignore as the engine read it. */
  readonly excludePatterns: readonly string[];
}

/** A directory of the host and the entries of it that answer a request. */
export interface FileAnswer {
  readonly root: string;
  readonly entries: readonly ContextEntry[];
}

const pieceBytes = 64 * 1024;
const filesAtOnce = 8;

/**
 * Serves the build's directories: every entry is announced with its size and time, and only the
 * files whose announcement differs from the engine's last copy are asked for.
 */
export function serveDiffCopy(answer: (request: FileRequest) => Promise<FileAnswer>): GrpcMethod {
  return async (call) => {
    const { root, entries } = await answer(readRequest(call.metadata));
    const wanted = new Set<Promise<void>>();
    const announced = announce(call, entries);
    // Handled where it is awaited; until then a failure must not count as unhandled.
    announced.catch(() => undefined);
    for await (const message of call.messages) {
      const packet = decodePacket(message);
      if (packet.type === packetType.finish) break;
      if (packet.type === packetType.error) throw new Error(packet.data.toString('utf8'));
      if (packet.type !== packetType.request) continue;
      const entry = entries[packet.id];
      if (!entry) throw new GrpcError(grpcStatus.notFound, `no file has the number ${packet.id}`);
      if (wanted.size >= filesAtOnce) await Promise.race(wanted);
      const sent = sendFile(call, packet.id, root, entry);
      wanted.add(sent);
      const forget = (): boolean => wanted.delete(sent);
      sent.then(forget, () => undefined);
    }
    await Promise.all([announced, ...wanted]);
    await call.send(encodeFinish());
  };
}

async function announce(call: GrpcCall, entries: readonly ContextEntry[]): Promise<void> {
  for (const entry of entries) await call.send(encodeStat(entry));
  await call.send(encodeStat(undefined));
}

async function sendFile(
  call: GrpcCall,
  id: number,
  root: string,
  entry: ContextEntry,
): Promise<void> {
  try {
    for await (const piece of readPieces(`${root}/${entry.path}`, entry.bytes)) {
      await call.send(encodeData(id, piece));
    }
  } catch (error) {
    // The engine would wait for the file forever; told of the failure it ends the build.
    const reason = error instanceof Error ? error.message : String(error);
    await call.send(encodeError(`djdev cannot send ${entry.path}: ${reason}`));
    return;
  }
  await call.send(encodeData(id, undefined));
}

/** Small files in one go and synchronously: everything else costs more than reading them. */
async function* readPieces(file: string, bytes: number): AsyncGenerator<Buffer> {
  if (bytes > pieceBytes) {
    for await (const piece of createReadStream(file, { highWaterMark: pieceBytes })) {
      yield piece as Buffer;
    }
    return;
  }
  const content = readFileSync(file);
  for (let start = 0; start < content.length; start += pieceBytes) {
    yield content.subarray(start, start + pieceBytes);
  }
}

function readRequest(metadata: Metadata): FileRequest {
  const [directory = 'context'] = readList(metadata, 'dir-name');
  return {
    directory,
    patterns: [...readList(metadata, 'include-patterns'), ...readList(metadata, 'followpaths')],
    excludePatterns: readList(metadata, 'exclude-patterns'),
  };
}

/** Newer engines encode what is not ASCII as in a query string, and say so. */
function readList(metadata: Metadata, name: string): readonly string[] {
  const items = metadata.get(name) ?? [];
  if (!metadata.has(`${name}-encoded`)) return items;
  return items.map((item) => decodeURIComponent(item.replaceAll('+', ' ')));
}
