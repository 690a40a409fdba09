import { posix } from 'node:path';
import type { PlacingCopy } from './read-placing-stage.ts';
import type { PathKind } from './sync-map.ts';

interface Matched {
  readonly containerPath: string;
  /** The COPY names this file and not a directory around it. */
  readonly isNarrow: boolean;
}

/** Where one COPY puts a path: `unknown` when its destination hangs on a variable. */
export function matchCopy(
  copy: PlacingCopy,
  path: string,
  kind: PathKind,
): Matched | 'unknown' | undefined {
  const { destination, intoDirectory, keepsParents } = copy.step;
  if (copy.excludes.some((pattern) => matchPrefix(pattern, path) !== undefined)) return undefined;
  for (const source of copy.sources) {
    const depth = source === undefined ? 0 : matchPrefix(source, path);
    if (depth === undefined) continue;
    if (destination === undefined) return 'unknown';
    const parts = path.split('/');
    if (keepsParents) return { containerPath: posix.join(destination, path), isNarrow: false };
    const rest = parts.slice(depth).join('/');
    if (rest !== '' || kind === 'directory') {
      return { containerPath: posix.join(destination, rest), isNarrow: false };
    }
    const isBelow = intoDirectory || copy.step.sources.some((item) => /[*?[]/.test(item));
    const containerPath = isBelow ? posix.join(destination, parts.at(-1) ?? '') : destination;
    return { containerPath, isNarrow: true };
  }
  return undefined;
}

/** How many leading parts of the path the pattern takes; `undefined` when it fits none. */
export function matchPrefix(pattern: RegExp, path: string): number | undefined {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth += 1) {
    if (pattern.test(parts.slice(0, depth).join('/'))) return depth;
  }
  return undefined;
}
