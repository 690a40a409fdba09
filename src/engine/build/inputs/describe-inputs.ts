import { createHash } from 'node:crypto';
import type { ContextEntry } from './scan-context.ts';

/** All that a build depends on, each part named for people, with a fingerprint of its content. */
export interface BuildInputs {
  /** 16 hex digits: equal for equal inputs. */
  readonly digest: string;
  /** `Dockerfile`, `base image python:3.13-slim`, `build argument VERSION`, … */
  readonly settings: Readonly<Record<string, string>>;
  /** By path: mode, content or link target. */
  readonly files: Readonly<Record<string, string>>;
}

/** Changes whenever equal inputs would no longer mean an equal image. */
const formatVersion = 'djdev-build-1';

/** Folds settings and files into the digest that names the image. Order does not matter. */
export function describeInputs(
  settings: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): BuildInputs {
  const hash = createHash('sha256').update(formatVersion);
  for (const part of [settings, files]) {
    const lines = Object.keys(part)
      .sort()
      .map((name) => JSON.stringify([name, part[name]]));
    hash.update(`\n${lines.length}\n${lines.join('\n')}`);
  }
  return { digest: hash.digest('hex').slice(0, 16), settings, files };
}

/** Fingerprints of context entries. Times, owners and inodes are no part: the image has none of them. */
export function fingerprintEntries(
  entries: readonly ContextEntry[],
  hashes: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of entries) {
    const content = { file: hashes.get(entry.path), symlink: entry.linkTarget, directory: '' };
    // The permissions of a symlink mean nothing and differ between systems.
    const mode = entry.type === 'symlink' ? '' : entry.mode.toString(8);
    files[entry.path] = `${entry.type} ${mode} ${content[entry.type] ?? ''}`;
  }
  return files;
}

/** A fingerprint of a text that should not be stored as it is. */
export function fingerprintText(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32);
}
