import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readManageCommand } from '../django/manage-command.ts';
import type { Project } from '../project/project.ts';

/**
 * How a management command begins in this project: as its release commands do, for example
 * `uv run manage.py`; else Python and the manage.py of the tree, which lies in the container as it
 * does on the host.
 */
export async function findManagePrefix({
  root,
  rehearse,
}: Pick<Project, 'root' | 'rehearse'>): Promise<readonly string[]> {
  for (const command of rehearse.release) {
    const manage = readManageCommand(command)?.manage;
    if (manage !== undefined) return command.slice(0, command.indexOf(manage) + 1);
  }
  return ['python', (await findManageFile(root)) ?? 'manage.py'];
}

async function findManageFile(root: string): Promise<string | undefined> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const directory of ['.', ...directories.toSorted()]) {
    const file = path.join(directory, 'manage.py');
    if (await exists(path.join(root, file))) return file;
  }
  return undefined;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
