import { readFile } from 'node:fs/promises';
import { parseDockerignore } from '../../../project/dockerignore.ts';

/** A line of a .dockerignore, counted from 1. */
export interface IgnoringRule {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The rule that decided that a path of the context is ignored; the last one that fits wins. */
export async function findIgnoringRule(
  file: string,
  path: string,
): Promise<IgnoringRule | undefined> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
  const index = lines.findLastIndex(
    (line) => !line.trim().startsWith('!') && parseDockerignore(line, file).ignores(path),
  );
  const text = lines[index];
  return text === undefined ? undefined : { file, line: index + 1, text: text.trim() };
}
