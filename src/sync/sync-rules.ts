import { posix } from 'node:path';
import { compilePattern } from '../engine/build/inputs/select-entries.ts';
import { parseDockerignore } from '../project/dockerignore.ts';
import type { SyncDefinition, SyncRule } from '../project/project.ts';

/** A rule of the manifest and where a path that fits it lands. */
interface FittingRule {
  readonly rule: SyncRule;
  /** `undefined` where the rule names no target. */
  readonly containerPath: string | undefined;
}

/** What the manifest says about single paths, ready to be asked. */
export interface SyncRules {
  ignores(path: string): boolean;
  /** Whether nothing below a directory counts, as in .dockerignore. */
  prunes(directory: string): boolean;
  /** The first rule that fits a path or a directory above it. */
  find(path: string): FittingRule | undefined;
  /** Whether a rule may be about something at, below or above the directory. */
  mayReach(directory: string): boolean;
  /** Host paths that rules put at a container path. */
  sourcesOf(containerPath: string): readonly string[];
  /** Container paths below which rules put something. */
  readonly targets: readonly string[];
}

interface Prepared {
  readonly rule: SyncRule;
  readonly pattern: RegExp;
  /** The part of the path before the first wildcard; what lies below it is kept below the target. */
  readonly fixed: string;
}

/** Prepares the manifest's rules. Pure. */
export function readSyncRules({ ignore, map }: Pick<SyncDefinition, 'ignore' | 'map'>): SyncRules {
  const ignored = parseDockerignore(ignore.join('\n'), undefined);
  const prepared = map.map((rule): Prepared => {
    const parts = rule.path.split('/');
    const wildcard = parts.findIndex((part) => /[*?[]/.test(part));
    const fixed = wildcard === -1 ? rule.path : parts.slice(0, wildcard).join('/');
    return { rule, pattern: compilePattern(rule.path), fixed };
  });
  return {
    ignores: (path) => ignored.ignores(path),
    prunes: (directory) => ignored.prunes(directory),
    find(path) {
      const found = prepared.find(({ pattern }) => fits(pattern, path));
      return found && { rule: found.rule, containerPath: place(found, path) };
    },
    mayReach: (directory) =>
      prepared.some(
        ({ fixed }) =>
          fixed === '' || isAtOrBelow(fixed, directory) || isAtOrBelow(directory, fixed),
      ),
    sourcesOf: (containerPath) =>
      prepared.flatMap(({ rule: { target }, fixed }) => {
        if (target === undefined || !isAtOrBelow(containerPath, target)) return [];
        return [posix.join(fixed, posix.relative(target, containerPath))];
      }),
    targets: prepared.flatMap(({ rule }) => rule.target ?? []),
  };
}

function place({ rule: { target }, fixed }: Prepared, path: string): string | undefined {
  return target === undefined ? undefined : posix.join(target, posix.relative(fixed, path));
}

/** The path itself or a directory above it. */
function fits(pattern: RegExp, path: string): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => pattern.test(parts.slice(0, index + 1).join('/')));
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
