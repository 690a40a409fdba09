import path from 'node:path';
import type { Finding } from '../../report/finding.ts';

/** A file of the build context that the image gets. */
interface ContextFile {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly bytes: number;
}

/** Directories that tools make, and that an image makes for itself or does not need. */
const made =
  /^(?:node_modules|\.?venv|env|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.nox|htmlcov|\.idea|\.vscode|\.terraform)$/u;
const largeBytes = 100_000_000;

/**
 * What COPY takes along from this machine although no commit has it, and a context that is large.
 * Secrets, keys, databases and .git are told by the image itself, from all its layers.
 */
export function checkBuildContext(
  files: readonly ContextFile[],
  /** The path of the .dockerignore that holds, or of the one that is missing. */
  ignoreFile: string,
): readonly Finding[] {
  const groups = new Map<string, { count: number; bytes: number }>();
  for (const file of files) {
    if (file.type !== 'file') continue;
    const parts = file.path.split('/');
    const at = parts.findIndex(
      (part, index) => index < parts.length - 1 && isMade(part, parts, files),
    );
    if (at === -1) continue;
    const name = parts[at] ?? '';
    const key = name === '__pycache__' ? '**/__pycache__' : parts.slice(0, at + 1).join('/');
    const group = groups.get(key) ?? { count: 0, bytes: 0 };
    groups.set(key, { count: group.count + 1, bytes: group.bytes + file.bytes });
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (groups.size === 0 && bytes <= largeBytes) return [];
  const names = [...groups].toSorted(([, a], [, b]) => b.bytes - a.bytes);
  const largest = files.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5);
  return [
    {
      code: 'context-not-clean',
      level: 'warn',
      step: 'preflight',
      title:
        names.length === 0
          ? `COPY takes ${megabytes(bytes)} from this directory.`
          : `COPY takes ${names
              .map(([name]) => name)
              .slice(0, 4)
              .join(', ')} of this machine into the image.`,
      detail:
        names.length === 0
          ? largest.map((file) => `${file.path}: ${megabytes(file.bytes)}`).join('\n')
          : names
              .map(([name, group]) => `${name}: ${group.count} files, ${megabytes(group.bytes)}`)
              .join('\n'),
      hint: `In ${path.basename(ignoreFile)}:\n${
        names.length === 0
          ? largest.map((file) => file.path).join('\n')
          : names.map(([name]) => name).join('\n')
      }`,
      location: { file: ignoreFile },
    },
  ];
}

/** `env` alone may be a package of the project: a virtual environment has a pyvenv.cfg. */
function isMade(part: string, parts: readonly string[], files: readonly ContextFile[]): boolean {
  if (!made.test(part)) return false;
  if (part !== 'env') return true;
  const directory = parts.slice(0, parts.indexOf(part) + 1).join('/');
  return files.some((file) => file.path === `${directory}/pyvenv.cfg`);
}

/** Docker counts in powers of ten. */
function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
