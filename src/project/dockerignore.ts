import { readFile } from 'node:fs/promises';
import path from 'node:path';
import dockerignore from '@balena/dockerignore';
import { DjdevError } from '../errors/djdev-error.ts';

/** Which paths of a build context the builder never sees. Paths are relative, with `/`. */
export interface Dockerignore {
  /** Absolute path of the file the rules come from; `undefined` without one. */
  readonly file: string | undefined;
  ignores(relativePath: string): boolean;
  /**
   * Whether a directory can be skipped as a whole: it is ignored, and no `!` rule could bring back
   * anything below it.
   */
  prunes(relativeDirectory: string): boolean;
  /** The line of the rule by which a path is ignored, counted from 1. */
  ignoringLine(relativePath: string): number | undefined;
}

/**
 * Reads `<Dockerfile>.dockerignore`, which wins, or the context's `.dockerignore`.
 * Throws `DJ-DOCKERFILE-SYNTAX` when the file exists and cannot be read.
 */
export async function readDockerignore(build: {
  readonly context: string;
  readonly dockerfile: string;
}): Promise<Dockerignore> {
  for (const file of [
    `${build.dockerfile}.dockerignore`,
    path.join(build.context, '.dockerignore'),
  ]) {
    const text = await readIfPresent(file);
    if (text !== undefined) return parseDockerignore(text, file);
  }
  return parseDockerignore('', undefined);
}

/** The rules of a .dockerignore as the builder applies them. */
export function parseDockerignore(text: string, file: string | undefined): Dockerignore {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(escapeForMatcher);
  // The builder is case-sensitive on every platform; the matcher is not unless told.
  const matcher = dockerignore.default({ ignorecase: false }).add(lines);
  const exceptions = lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'))
    .map((line) => path.posix.normalize(line.slice(1).trim()).replace(/^\/|\/$/g, ''));
  const ignores = (relativePath: string): boolean => matcher.ignores(relativePath);
  return {
    file,
    ignores,
    prunes: (directory) =>
      ignores(directory) && !exceptions.some((pattern) => mayMatchBelow(pattern, directory)),
    ignoringLine: (relativePath) =>
      ignores(relativePath) ? findLine(lines, relativePath) : undefined,
  };
}

/** The last rule that fits decides. */
function findLine(lines: readonly string[], relativePath: string): number | undefined {
  const index = lines.findLastIndex(
    (line) =>
      !line.trim().startsWith('!') &&
      dockerignore.default({ ignorecase: false }).add([line]).ignores(relativePath),
  );
  return index === -1 ? undefined : index + 1;
}

/** Compares part by part; a part with a wildcard may match anything. */
function mayMatchBelow(pattern: string, directory: string): boolean {
  const wanted = pattern.split('/');
  for (const [index, part] of directory.split('/').entries()) {
    const rule = wanted[index];
    // A pattern shorter than the directory brings back a whole tree around it.
    if (rule === undefined || rule.includes('**')) return true;
    if (!/[*?[\\]/.test(rule) && rule !== part) return false;
  }
  return true;
}

/**
 * The matcher turns patterns into regular expressions and leaves these characters alone, which
 * the builder takes literally.
 */
function escapeForMatcher(line: string): string {
  return path.sep === '\\' ? line : line.replace(/(?<!\\)[+(){}|]/g, String.raw`\$&`);
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new DjdevError('DJ-DOCKERFILE-SYNTAX', {
      message: `The ignore file ${file} exists but cannot be read.`,
      hint: 'Check that it is a file and that you may read it.',
      location: { file },
      cause,
    });
  }
}
