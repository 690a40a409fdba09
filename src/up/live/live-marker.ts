import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Project } from '../../project/project.ts';
import { stateDirectory } from '../../stack/stack-seed.ts';

type Shell = Readonly<Record<string, string | undefined>>;

/**
 * Says that this process keeps the containers of a checkout equal to its tree, until it is
 * disposed: then other commands need no image of the newest edits.
 */
export async function markLive(
  { id }: Pick<Project, 'id'>,
  shell: Shell,
): Promise<AsyncDisposable> {
  const file = markerFile(id, shell);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, String(process.pid), { mode: 0o600 });
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

/** Whether a djdev that runs keeps the containers of this checkout equal to its tree. */
export async function isMarkedLive({ id }: Pick<Project, 'id'>, shell: Shell): Promise<boolean> {
  const pid = Number(await readFile(markerFile(id, shell), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function markerFile(id: string, shell: Shell): string {
  return path.join(stateDirectory(shell), `${id}.live`);
}
