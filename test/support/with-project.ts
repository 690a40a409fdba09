import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of files that goes when the test ends. */
export interface TemporaryProject extends AsyncDisposable {
  /** Absolute real path. */
  readonly root: string;
  /** Writes a file below the root, with its directories. */
  write(path: string, content: string): Promise<void>;
}

/** The least that djdev takes for a Django project: what a test does not say is not there. */
export const smallestProject: Readonly<Record<string, string>> = {
  'manage.py': '#!/usr/bin/env python\nimport os, sys\n',
  Dockerfile: 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "manage.py"]\n',
};

/** Makes a project of these files in a new temporary directory below `base`. */
export async function withProject(
  files: Readonly<Record<string, string>> = smallestProject,
  base = tmpdir(),
): Promise<TemporaryProject> {
  const root = await realpath(await mkdtemp(join(base, 'djdev-test-')));
  const write = async (path: string, content: string): Promise<void> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  for (const [path, content] of Object.entries(files)) await write(path, content);
  return {
    root,
    write,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
