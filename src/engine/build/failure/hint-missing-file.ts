import { existsSync, readdirSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { closestName } from '../../../project/closest-name.ts';
import type { Dockerignore } from '../../../project/dockerignore.ts';
import { findIgnoringRule } from './find-ignoring-rule.ts';

/** Why COPY does not find `path` of the context, and what to do about it. */
export async function hintForMissingFile(
  context: string,
  path: string,
  ignore: Dockerignore,
): Promise<string> {
  if (existsSync(join(context, path))) {
    const rule = ignore.file === undefined ? undefined : await findIgnoringRule(ignore.file, path);
    if (!rule) return `${path} exists, but the builder did not get it. Build again.`;
    const file = relative(context, rule.file);
    return (
      `${path} exists, but ${file}:${rule.line} (“${rule.text}”) keeps it out of the build. ` +
      `Change that line, or add “!${path}” below it.`
    );
  }
  const directory = posix.dirname(path);
  const meant = closestName(posix.basename(path), listNames(join(context, directory)));
  if (meant !== undefined) return `Did you mean ${posix.join(directory, meant)}?`;
  return `The context is ${context}: put ${path} there, or correct this line of the Dockerfile.`;
}

function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
