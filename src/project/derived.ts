import path from 'node:path';
import type { Origin } from './project.ts';
import { lineOf, type SourceFile } from './project-sources.ts';

/** A default that was found in the project's own files, with the place. */
export interface Derived<T> {
  readonly value: T;
  readonly origin: Origin;
}

/** A derived value with its origin in words. */
export function derive<T>(value: T, text: string): Derived<T> {
  return { value, origin: { kind: 'derived', text } };
}

/** A derived value whose origin is a place in a file: `found in config/urls.py:12`. */
export function deriveFrom<T>(
  value: T,
  source: SourceFile,
  index: number,
  root: string,
): Derived<T> {
  const line = lineOf(source.text, index);
  return {
    value,
    origin: {
      kind: 'derived',
      text: `${source.path}:${line}`,
      location: { file: path.join(root, source.path), line, column: 1 },
    },
  };
}
