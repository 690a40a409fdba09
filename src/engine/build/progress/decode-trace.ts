import { decodeMessage, type ProtobufField } from '../session/protobuf.ts';
import type { BuildStatus, BuildVertex, VertexLog } from './build-status.ts';

/** Decodes `moby.buildkit.v1.StatusResponse`, which `/build` carries as `moby.buildkit.trace`. */
export function decodeTrace(message: Buffer): BuildStatus {
  const vertexes: BuildVertex[] = [];
  const logs: VertexLog[] = [];
  for (const { number, value } of decodeMessage(message)) {
    if (typeof value === 'number') continue;
    if (number === 1) vertexes.push(decodeVertex(decodeMessage(value)));
    if (number === 3) logs.push(decodeLog(decodeMessage(value)));
  }
  return { vertexes, logs };
}

function decodeVertex(fields: readonly ProtobufField[]): BuildVertex {
  const started = bytesOf(fields, 5);
  const completed = bytesOf(fields, 6);
  return {
    digest: textOf(fields, 1),
    name: textOf(fields, 3),
    cached: fields.some(({ number, value }) => number === 4 && value === 1),
    startedMs: started && decodeTimestamp(started),
    completedMs: completed && decodeTimestamp(completed),
    error: textOf(fields, 7),
  };
}

function decodeLog(fields: readonly ProtobufField[]): VertexLog {
  return {
    vertex: textOf(fields, 1),
    stream: numberOf(fields, 3),
    bytes: bytesOf(fields, 4) ?? Buffer.alloc(0),
  };
}

function decodeTimestamp(message: Buffer): number {
  const fields = decodeMessage(message);
  return numberOf(fields, 1) * 1000 + numberOf(fields, 2) / 1e6;
}

function bytesOf(fields: readonly ProtobufField[], wanted: number): Buffer | undefined {
  const value = fields.findLast(({ number }) => number === wanted)?.value;
  return typeof value === 'number' ? undefined : value;
}

function textOf(fields: readonly ProtobufField[], wanted: number): string {
  return bytesOf(fields, wanted)?.toString('utf8') ?? '';
}

function numberOf(fields: readonly ProtobufField[], wanted: number): number {
  const value = fields.findLast(({ number }) => number === wanted)?.value;
  return typeof value === 'number' ? value : 0;
}
