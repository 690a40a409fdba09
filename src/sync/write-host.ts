import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, sep } from 'node:path';

/** What a path of the host is to become. */
export type HostWrite =
  | {
      readonly type: 'file';
      readonly content: Buffer;
      /** A file below `root` that holds the content instead, and is moved. */
      readonly stored?: string | undefined;
      readonly isExecutable: boolean;
    }
  | { readonly type: 'link'; readonly target: string }
  | { readonly type: 'dir' };

let written = 0;

/**
 * Writes below `root` in one step, owned by the owner of the directory: djdev run as root leaves no
 * root-owned files in somebody's tree. Throws when a symlink on the way leads out of `root`.
 */
export function writeHost(root: string, path: string, write: HostWrite): void {
  const absolute = `${root}/${path}`;
  makeParents(root, path);
  stayInside(root, absolute);
  const found = lstatSync(absolute, { throwIfNoEntry: false });
  if (write.type === 'dir') {
    if (found?.isDirectory()) return;
    if (found) unlinkSync(absolute);
    mkdirSync(absolute);
    takeOwner(absolute);
    return;
  }
  if (found?.isDirectory()) rmdirSync(absolute);
  const temporary = `${dirname(absolute)}/.djdev-${process.pid}-${(written += 1)}.tmp`;
  try {
    if (write.type === 'link') symlinkSync(write.target, temporary);
    else {
      if (write.stored === undefined) writeFileSync(temporary, write.content, { flag: 'wx' });
      else renameSync(write.stored, temporary);
      chmodSync(temporary, modeFor(temporary, found?.isFile() ? found.mode : undefined, write));
    }
    takeOwner(temporary);
    renameSync(temporary, absolute);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A directory goes only when it is empty. */
export function deleteHost(root: string, path: string): void {
  const absolute = `${root}/${path}`;
  const found = lstatSync(absolute, { throwIfNoEntry: false });
  if (!found) return;
  stayInside(root, absolute);
  if (!found.isDirectory()) unlinkSync(absolute);
  else {
    try {
      rmdirSync(absolute);
    } catch (error) {
      // Ignored files, which the container never had, keep their directory.
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    }
  }
}

function makeParents(root: string, path: string): void {
  const parts = path.split('/').slice(0, -1);
  for (const [index] of parts.entries()) {
    const directory = `${root}/${parts.slice(0, index + 1).join('/')}`;
    if (lstatSync(directory, { throwIfNoEntry: false })) continue;
    mkdirSync(directory);
    takeOwner(directory);
  }
}

function stayInside(root: string, absolute: string): void {
  const directory = realpathSync(dirname(absolute));
  const base = realpathSync(root);
  if (directory === base || directory.startsWith(`${base}${sep}`)) return;
  throw new Error(`${absolute} lies behind a symlink that leads out of the project.`);
}

/** The mode of the file that is replaced, or what the user's umask gives. */
function modeFor(
  temporary: string,
  mode: number | undefined,
  write: { isExecutable: boolean },
): number {
  const base = (mode ?? statSync(temporary).mode) & 0o777;
  return write.isExecutable ? base | ((base & 0o444) >> 2) : base & ~0o111;
}

function takeOwner(absolute: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(absolute));
  lchownSync(absolute, uid, gid);
}
