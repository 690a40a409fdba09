import path from 'node:path';
import { DjdevError, type ErrorIssue, type SourceLocation } from '../errors/djdev-error.ts';
import { expandSmoke } from './expand-smoke.ts';
import type { FoundProject } from './find-manifest.ts';
import { type KeyPath, type ManifestFile, readManifestFile } from './manifest-file.ts';
import type { ManifestContent } from './manifest-schema.ts';
import { formatKeyPath, validateManifest } from './validate-manifest.ts';
import type { Origin } from './project.ts';

/** The manifest and its local file as one, with the place of everything. */
export interface Manifest {
  readonly content: ManifestContent;
  /** The files it was read from, absolute. */
  readonly files: readonly string[];
  /** Where a value stands; `undefined` when no file says it. */
  originOf(keys: KeyPath): Origin | undefined;
  locate(keys: KeyPath): SourceLocation | undefined;
  sourceText(keys: KeyPath): string | undefined;
  /** Notes a problem with the value at `keys`; `throwIssues` reports all of them. */
  report(keys: KeyPath, message: string, hint?: string): void;
}

/** All that is wrong with a project's manifest, found so far. */
export type IssueList = ErrorIssue[];

/**
 * Reads and validates both files and merges them: mappings key by key, anything else as a whole,
 * the local file over the shared one. Throws `DJ-MANIFEST-SYNTAX`, and `DJ-MANIFEST-INVALID` with
 * every problem of both files.
 */
export async function readManifest(found: FoundProject, issues: IssueList): Promise<Manifest> {
  const names = [found.manifest, found.localManifest].filter((name) => name !== undefined);
  const sources = (await Promise.all(names.map(readManifestFile))).map(expandSmoke);
  const validated = sources.map(validateManifest);
  issues.push(...validated.flatMap((item) => item.issues));
  throwIssues(issues, found.root);
  const content = validated.reduce<unknown>((all, next) => merge(all, next.content), {});
  const holder = (keys: KeyPath): ManifestFile | undefined =>
    sources.findLast((source) => source.has(keys));
  const locate = (keys: KeyPath): SourceLocation | undefined => holder(keys)?.locateKey(keys);
  return {
    // Merging two contents of one schema gives a content of that schema.
    content: content as ManifestContent,
    files: names,
    locate,
    originOf: (keys) => {
      const location = locate(keys);
      return location && describeOrigin(location, found);
    },
    sourceText: (keys) => holder(keys)?.sourceText(keys),
    report: (keys, message, hint) => {
      issues.push({
        message: `${formatKeyPath(keys)} ${message}`,
        ...(hint === undefined ? {} : { hint }),
        location: nearest(locate, keys) ?? { file: names[0] ?? found.root },
      });
    },
  };
}

/** Throws one `DJ-MANIFEST-INVALID` for all issues, sorted by place; nothing without issues. */
export function throwIssues(issues: readonly ErrorIssue[], root: string): void {
  const sorted = issues.toSorted(
    (a, b) =>
      Number(isLocal(a.location.file)) - Number(isLocal(b.location.file)) ||
      (a.location.line ?? 0) - (b.location.line ?? 0) ||
      (a.location.column ?? 0) - (b.location.column ?? 0),
  );
  const [first] = sorted;
  if (first === undefined) return;
  const name = path.relative(root, first.location.file) || first.location.file;
  throw new DjdevError('DJ-MANIFEST-INVALID', {
    message:
      sorted.length === 1
        ? first.message
        : `${name} has ${sorted.length} problems. The first: ${first.message}`,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    location: first.location,
    issues: sorted,
  });
}

function isLocal(file: string): boolean {
  return path.basename(file).startsWith('djdev.local.');
}

function nearest(
  locate: (keys: KeyPath) => SourceLocation | undefined,
  keys: KeyPath,
): SourceLocation | undefined {
  for (let length = keys.length; length > 0; length -= 1) {
    const location = locate(keys.slice(0, length));
    if (location) return location;
  }
  return undefined;
}

function describeOrigin(location: SourceLocation, { root, localManifest }: FoundProject): Origin {
  return {
    kind: location.file === localManifest ? 'local-manifest' : 'manifest',
    text: `${path.relative(root, location.file)}:${location.line}`,
    location,
  };
}

function merge(below: unknown, above: unknown): unknown {
  if (!isMapping(below) || !isMapping(above)) return above;
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    merged[key] = key in merged ? merge(merged[key], value) : value;
  }
  return merged;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
