import { deriveFrom, type Derived } from '../derived.ts';
import type { SourceFile } from '../project-sources.ts';
import { convert, readHeaders, readPath, readSecondsMs, type TargetDraft } from './target-draft.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Dokku alone reads `healthchecks` and `scripts.dokku` of an app.json. */
export function isDokkuAppJson({ text }: SourceFile): boolean {
  const content = parse(text);
  return (
    content['healthchecks'] !== undefined || fieldsOf(content['scripts'])['dokku'] !== undefined
  );
}

/**
 * What Dokku makes of `healthchecks.web`: the startup check, by path, command, connection or
 * uptime. Its values: attempts 3, wait 5, timeout 5.
 */
export function readDokkuTarget(source: SourceFile, root: string): TargetDraft {
  const list = fieldsOf(parse(source.text)['healthchecks'])['web'];
  const checks = (Array.isArray(list) ? list : []).map(fieldsOf);
  const check = checks.find(({ type = 'startup' }) => type === 'startup') ?? checks[0];
  if (check === undefined) return {};
  const at = Math.max(0, source.text.indexOf('"healthchecks"'));
  const derived = (key: string): Derived<unknown> | undefined =>
    check[key] === undefined ? undefined : deriveFrom(check[key], source, at, root);
  const attempts = Number(check['attempts'] ?? 3);
  const waitMs = readSecondsMs(check['wait'] ?? 5) ?? 5000;
  const timeoutMs = readSecondsMs(check['timeout'] ?? 5) ?? 5000;
  const initialMs = readSecondsMs(check['initialDelay'] ?? 0) ?? 0;
  const kind =
    check['command'] !== undefined ? 'command' : check['path'] === undefined ? 'tcp' : 'http';
  return {
    kind: deriveFrom(kind, source, at, root),
    path: convert(derived('path'), readPath),
    headers: convert(derived('httpHeaders'), readHeaders),
    intervalMs: convert(derived('wait'), readSecondsMs),
    timeoutMs: convert(derived('timeout'), readSecondsMs),
    bootDeadlineMs: deriveFrom(initialMs + attempts * (waitMs + timeoutMs), source, at, root),
  };
}

function parse(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
