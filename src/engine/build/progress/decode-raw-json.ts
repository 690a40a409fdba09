import type { BuildStatus, BuildVertex, VertexLog } from './build-status.ts';

/** Decodes one object of buildx's `--progress=rawjson`; what is not as expected is left out. */
export function decodeRawJson(value: unknown): BuildStatus {
  return {
    vertexes: listOf(value, 'vertexes').map(decodeVertex),
    logs: listOf(value, 'logs').map(decodeLog),
  };
}

function decodeVertex(value: unknown): BuildVertex {
  return {
    digest: textOf(value, 'digest'),
    name: textOf(value, 'name'),
    cached: fieldOf(value, 'cached') === true,
    startedMs: timeOf(value, 'started'),
    completedMs: timeOf(value, 'completed'),
    error: textOf(value, 'error'),
  };
}

function decodeLog(value: unknown): VertexLog {
  return {
    vertex: textOf(value, 'vertex'),
    stream: Number(fieldOf(value, 'stream') ?? 0),
    bytes: Buffer.from(textOf(value, 'data'), 'base64'),
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text : '';
}

function timeOf(value: unknown, name: string): number | undefined {
  const ms = Date.parse(textOf(value, name));
  return Number.isNaN(ms) ? undefined : ms;
}
