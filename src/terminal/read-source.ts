import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { SourceLocation } from '../errors/djdev-error.ts';

/** The line at a location, paths relative to `directory`; `undefined` when it cannot be read. */
export function readSource(location: SourceLocation, directory: string): string | undefined {
  if (location.line === undefined) return undefined;
  try {
    const text = readFileSync(resolve(directory, location.file), 'utf8');
    return text.split(/\r?\n/)[location.line - 1];
  } catch {
    // The place is still worth printing without its line.
    return undefined;
  }
}

/** A path relative to `directory` when it lies in it, else as it is. */
export function displayPath(file: string, directory: string): string {
  const path = relative(directory, resolve(directory, file));
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}
