import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The branch that is checked out around a directory, read from git's own files: no git is needed.
 * `undefined` without a repository or a branch.
 */
export async function readGitBranch(directory: string): Promise<string | undefined> {
  for (let current = directory; ; current = path.dirname(current)) {
    const entry = path.join(current, '.git');
    // In a worktree `.git` is a file that names the directory.
    const pointer = await readText(entry);
    const named = pointer === undefined ? undefined : /^gitdir: (.+)$/mu.exec(pointer)?.[1]?.trim();
    const head = await readText(path.join(named ? path.resolve(current, named) : entry, 'HEAD'));
    if (head !== undefined) return /^ref: refs\/heads\/(.+)$/mu.exec(head)?.[1]?.trim();
    if (path.dirname(current) === current) return undefined;
  }
}

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}
