import path from 'node:path';
import { type Derived, derive } from './derived.ts';
import { lineOf, type ProjectSources, type SourceFile } from './project-sources.ts';

const settingNames = ['STATIC_ROOT', 'MEDIA_ROOT'];

/** `Path(__file__).resolve().parent.parent`, `parents[1]`, `os.path.dirname(os.path.dirname(…))` */
const upwards = /^(?:str\()?(?:pathlib\.)?Path\(__file__\)(?:\.resolve\([^)]*\)|\.absolute\(\))?/;
const assignment = /^([A-Z][A-Z0-9_]*)\b[^=\n]*=[ \t]*\(?\s*(.+)$/gm;

/**
 * Directories that the application fills while it runs: STATIC_ROOT and MEDIA_ROOT, as far as the
 * settings can be read without running them. Absolute, or relative to the build context, in which
 * the project lies at `below`.
 */
export function deriveProductDirectories(
  { settings }: Pick<ProjectSources, 'settings'>,
  below: string,
): Derived<readonly string[]> | undefined {
  const directories = new Set<string>();
  const places: string[] = [];
  const known = new Map<string, string>();
  for (const file of settings) {
    for (const match of file.text.matchAll(assignment)) {
      const [, name = '', expression = ''] = match;
      const value = readPath(expression, file, known);
      if (value === undefined) continue;
      if (!known.has(name)) known.set(name, value);
      if (!settingNames.includes(name) || value === '' || value.startsWith('..')) continue;
      directories.add(value.startsWith('/') ? value : path.posix.join(below, value));
      places.push(`${name} at ${file.path}:${lineOf(file.text, match.index)}`);
    }
  }
  return places.length === 0 ? undefined : derive([...directories], places.join(', '));
}

/** Relative to the root, or absolute; `undefined` for what this does not understand. */
function readPath(
  expression: string,
  file: SourceFile,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const ups = countUps(expression);
  if (ups !== undefined) {
    const directory = path.posix.join(path.posix.dirname(file.path), '../'.repeat(ups.count - 1));
    const rest = literals(expression.slice(ups.length));
    return normalize(path.posix.join(directory, ...rest));
  }
  const whole = /^(["'])([^"']*)\1\s*(?:#.*)?$/.exec(expression);
  if (whole) return whole[2]?.startsWith('/') ? normalize(whole[2]) : undefined;
  const [base] = [...expression.matchAll(/\b[A-Z][A-Z0-9_]*\b/g)].filter(([word]) =>
    known.has(word),
  );
  const directory = base && known.get(base[0]);
  if (directory === undefined || base === undefined) return undefined;
  const parts = literals(expression.slice(base.index + base[0].length));
  return normalize(path.posix.join(directory, ...parts));
}

/** How many directories above the file's own name, and how much of the text says so. */
function countUps(expression: string): { count: number; length: number } | undefined {
  const start = upwards.exec(expression)?.[0];
  if (start !== undefined) {
    const rest = expression.slice(start.length);
    const parents = /^(?:\.parent\b)+|^\.parents\[(\d+)\]/.exec(rest);
    if (!parents) return undefined;
    const count =
      parents[1] === undefined ? parents[0].split('.parent').length - 1 : Number(parents[1]) + 1;
    return { count, length: start.length + parents[0].length };
  }
  const nested = /^(?:os\.path\.)?(?:abspath\()?((?:os\.path\.)?dirname\()+.*__file__\)*/.exec(
    expression,
  )?.[0];
  if (nested === undefined) return undefined;
  return { count: nested.split('dirname(').length - 1, length: nested.length };
}

/** The texts that are joined to a path: `/ "a" / "b"`, `, "a", "b")`, `.joinpath("a")`, `}/a"`. */
function literals(rest: string): readonly string[] {
  const inside = /^\}([^"']*)["']/.exec(rest)?.[1];
  if (inside !== undefined) return [inside.replace(/^\//, '')];
  return [...rest.replace(/#.*$/, '').matchAll(/["']([^"']+)["']/g)].map(([, part = '']) => part);
}

function normalize(written: string): string {
  const normal = path.posix.normalize(written).replace(/\/$/, '');
  return normal === '.' ? '' : normal;
}
