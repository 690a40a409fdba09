import path from 'node:path';
import type { Derived } from './derived.ts';
import { parseDockerignore } from './dockerignore.ts';
import type { Manifest } from './manifest.ts';
import { choose, type OriginMap } from './origin-map.ts';
import type { SyncDefinition, SyncRule } from './project.ts';

/** What the manifest says about files while developing; notes paths that cannot be meant. */
export function readSync(
  manifest: Manifest,
  productDirectories: Derived<readonly string[]> | undefined,
  origins: OriginMap,
): SyncDefinition {
  const { ignore = [], one_way: declared, map = [] } = manifest.content.sync ?? {};
  for (const [index, pattern] of ignore.entries()) {
    if (!isPattern(pattern)) {
      manifest.report(['sync', 'ignore', index], `is no pattern that can be read: “${pattern}”.`);
    }
  }
  for (const [index, directory] of (declared ?? []).entries()) {
    checkInside(manifest, ['sync', 'one_way', index], directory);
  }
  for (const key of ['ignore', 'map']) {
    origins.set(`sync.${key}`, manifest.originOf(['sync', key]));
  }
  const place = { keys: ['sync', 'one_way'], manifest, origins };
  return {
    ignore,
    oneWay: choose(declared, productDirectories, place) ?? [],
    map: map.map((item, index): SyncRule => {
      const keys = ['sync', 'map', index];
      const { path: written = '', action = 'sync', target } = item;
      if (item.path === undefined) manifest.report(keys, 'names no path.', 'Write “path: tests”.');
      else checkInside(manifest, [...keys, 'path'], written);
      if (action === 'rebuild' && target !== undefined) {
        const hint = 'Remove it, or write “action: sync”.';
        manifest.report([...keys, 'target'], 'says nothing beside “action: rebuild”.', hint);
      }
      return {
        path: path.posix.normalize(written).replace(/(.)\/$/, '$1'),
        action,
        target: target === undefined ? undefined : path.posix.resolve(target),
        origin: manifest.originOf(keys) ?? { kind: 'default', text: 'sync.map' },
      };
    }),
  };
}

/** Of the context; a directory of the container may be named by its whole path. */
function checkInside(
  manifest: Manifest,
  keys: readonly (string | number)[],
  written: string,
): void {
  const isAbsolute = path.posix.isAbsolute(written);
  if (isAbsolute && keys[1] === 'one_way') return;
  const isOutside = path.posix.normalize(written).startsWith('..');
  if (!isAbsolute && !isOutside && path.posix.normalize(written) !== '.') return;
  const hint = 'Paths are those below the build context, as COPY writes them.';
  manifest.report(keys, `must be a path inside of the build context, not “${written}”.`, hint);
}

function isPattern(pattern: string): boolean {
  try {
    parseDockerignore(pattern, undefined).ignores('x');
    return true;
  } catch {
    return false;
  }
}
