import type { ContextEntry } from '../inputs/scan-context.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';

/** Kinds of the packets of `FileSync/DiffCopy`, both ways. */
export const packetType = { stat: 0, request: 1, data: 2, finish: 3, error: 4 } as const;

export interface FilePacket {
  readonly type: number;
  /** Index of the file among the entries that were announced. */
  readonly id: number;
  readonly data: Buffer;
}

/** Announces an entry; without one, the end of the list. */
export function encodeStat(entry: ContextEntry | undefined): Buffer {
  return encodeMessage([
    [1, packetType.stat],
    [2, entry && encodeEntry(entry)],
  ]);
}

/** A piece of a file; without bytes, the file's end. */
export function encodeData(id: number, data: Buffer | undefined): Buffer {
  return encodeMessage([
    [1, packetType.data],
    [3, id],
    [4, data],
  ]);
}

/** Tells the engine that the files cannot be sent, and why. */
export function encodeError(reason: string): Buffer {
  return encodeMessage([
    [1, packetType.error],
    [4, reason],
  ]);
}

export function encodeFinish(): Buffer {
  return encodeMessage([[1, packetType.finish]]);
}

export function decodePacket(message: Buffer): FilePacket {
  const packet = { type: 0, id: 0, data: Buffer.alloc(0) as Buffer };
  for (const { number, value } of decodeMessage(message)) {
    if (number === 1 && typeof value === 'number') packet.type = value;
    if (number === 3 && typeof value === 'number') packet.id = value;
    if (number === 4 && typeof value !== 'number') packet.data = value;
  }
  return packet;
}

/** Owner and group are always root, as with every Docker client: the host's ids mean nothing. */
function encodeEntry(entry: ContextEntry): Buffer {
  return encodeMessage([
    [1, entry.path],
    [2, goMode(entry)],
    [5, entry.bytes],
    [6, BigInt(Math.trunc(entry.mtimeMs * 1e6))],
    [7, entry.linkTarget],
  ]);
}

/** Go keeps the file type and the special bits in places of its own. */
function goMode(entry: ContextEntry): number {
  let mode = entry.mode & 0o777;
  if (entry.mode & 0o4000) mode += 2 ** 23;
  if (entry.mode & 0o2000) mode += 2 ** 22;
  if (entry.mode & 0o1000) mode += 2 ** 20;
  if (entry.type === 'directory') mode += 2 ** 31;
  if (entry.type === 'symlink') mode += 2 ** 27;
  return mode;
}
