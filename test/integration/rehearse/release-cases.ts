import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What one variant of a planted change must come to. */
interface ExpectedChange {
  readonly verdict: string;
  /** A part of the sentence that gives the reason. */
  readonly says?: string;
  readonly order?: string;
  /** Text of the error of a migration that must fail. */
  readonly fails?: string;
  readonly longReader?: string;
}

/** A planted change with its safe variant, as `changes/cases.json` lists them. */
export interface ReleaseCase {
  readonly name: string;
  readonly what: string;
  readonly unsafe: ExpectedChange;
  readonly safe: ExpectedChange;
}

const releases = new URL('../../../examples/releases/', import.meta.url).pathname;

/** The planted changes of the example. */
export async function readReleaseCases(): Promise<readonly ReleaseCase[]> {
  const text = await readFile(path.join(releases, 'changes/cases.json'), 'utf8');
  return JSON.parse(text) as readonly ReleaseCase[];
}

/** Files of the old release, and of the new one when a case is given, by path. */
export async function readRelease(
  change?: `${string}/${'unsafe' | 'safe'}`,
): Promise<Readonly<Record<string, string>>> {
  const old = await readTree(path.join(releases, 'v1'));
  return change === undefined
    ? old
    : { ...old, ...(await readTree(path.join(releases, 'changes', change))) };
}

async function readTree(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'));
  const read = files.map(async (entry): Promise<[string, string]> => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(directory, file), await readFile(file, 'utf8')];
  });
  return Object.fromEntries(await Promise.all(read));
}
