import { dirname, posix } from 'node:path';
import type { BuildJob } from '../builder.ts';
import { type ContextEntry, readEntry, scanContext } from '../inputs/scan-context.ts';
import { selectEntries } from '../inputs/select-entries.ts';
import type { FileAnswer, FileRequest } from './diff-copy.ts';

const ignoreNothing = { ignores: () => false, prunes: () => false };

/** Answers the engine's requests for files of a build: its Dockerfile, its .dockerignore, its context. */
export function createFileAnswers(
  job: BuildJob,
  signal: AbortSignal,
): (request: FileRequest) => Promise<FileAnswer> {
  const { context, dockerfile } = job.definition;
  return async ({ directory, patterns, excludePatterns }) => {
    const root = directory === 'dockerfile' ? dirname(dockerfile) : context;
    const isFiltered = directory !== 'dockerfile' && excludePatterns.length > 0;
    // The engine first asks for single files, before it knows the .dockerignore: that file may
    // well ignore itself. Later requests exclude what is ignored.
    const named = isFiltered ? undefined : readNamedFiles(root, patterns);
    if (named) return { root, entries: named };
    const entries =
      isFiltered || (root === context && !job.hasIgnoreFile)
        ? job.entries
        : await scanContext(root, ignoreNothing, signal);
    return { root, entries: patterns.length === 0 ? entries : selectEntries(entries, patterns) };
  };
}

/**
 * Entries for patterns that are plain names of files, without walking the directory; `undefined`
 * when one of them is a wildcard, a directory or behind a symlink.
 */
function readNamedFiles(
  root: string,
  patterns: readonly string[],
): readonly ContextEntry[] | undefined {
  if (patterns.length === 0) return undefined;
  const found = new Map<string, ContextEntry>();
  for (const pattern of patterns) {
    const path = posix.normalize(`/${pattern}`).slice(1);
    if (path === '' || /[*?[\\]/.test(path)) return undefined;
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const parent = readEntry(root, path.slice(0, end));
      if (parent && parent.type !== 'directory') return undefined;
      if (parent) found.set(parent.path, parent);
    }
    const entry = readEntry(root, path);
    if (entry && entry.type !== 'file') return undefined;
    if (entry) found.set(path, entry);
  }
  return [...found.values()].sort((left, right) => comparePaths(left.path, right.path));
}

/** A directory comes right before what it holds. */
function comparePaths(left: string, right: string): number {
  return Buffer.compare(
    Buffer.from(left.replaceAll('/', '\0')),
    Buffer.from(right.replaceAll('/', '\0')),
  );
}
