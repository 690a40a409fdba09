import { open } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { ResolvedCommit } from './resolve-commit.ts';
import { runGit } from './run-git.ts';

/** What of a commit was written, and what git does not hold itself. */
export interface ExportedTree {
  /** Paths of submodules, which are left out. */
  readonly submodules: readonly string[];
  /** Files of which only the pointer of Git LFS is there. */
  readonly pointers: readonly string[];
}

/**
 * Writes the files of a commit below `paths` (relative to the repository; `''` is all) into
 * `directory`, by an index of its own: neither the repository nor its working tree is touched, and
 * unlike `git archive` nothing is left out by attributes. Throws `DJ-PREVIOUS-NOT-FOUND` when git
 * cannot write them.
 */
export async function exportTree(
  { commit, tree, top, label }: ResolvedCommit,
  paths: readonly string[],
  { directory, indexFile }: { readonly directory: string; readonly indexFile: string },
  signal: AbortSignal,
): Promise<ExportedTree> {
  const git = async (args: readonly string[], input?: string): Promise<string> => {
    const call = { cwd: top, indexFile, ...(input === undefined ? {} : { input }) };
    const answer = await runGit(args, call, signal);
    if (answer.exitCode === 0) return answer.stdout;
    throw new DjdevError('DJ-PREVIOUS-NOT-FOUND', {
      message: `git cannot write the files of the previous release ${label}.`,
      hint: `Try it by hand: git worktree add /tmp/previous ${commit.slice(0, 12)}`,
      output: answer.stderr.trimEnd().split('\n').slice(-20),
    });
  };
  await git(['read-tree', tree]);
  const wanted = paths.filter((one) => one !== '');
  const listed = await git(['ls-files', '--stage', '-z', '--', ...wanted]);
  const entries = listed.split('\0').flatMap(parseEntry);
  const submodules = entries.filter(({ mode }) => mode === '160000').map(({ name }) => name);
  const files = entries.filter(({ mode }) => mode !== '160000').map(({ name }) => name);
  const prefix = `--prefix=${directory}${path.sep}`;
  await git(['checkout-index', '--force', '-z', '--stdin', prefix], files.join('\0'));
  const attributes = files.some((name) => path.basename(name) === '.gitattributes');
  const pointers = attributes ? await findPointers(directory, files) : [];
  return { submodules, pointers };
}

/** `100644 <object> 0\tpath`. */
function parseEntry(line: string): { mode: string; name: string }[] {
  const tab = line.indexOf('\t');
  return tab < 0 ? [] : [{ mode: line.slice(0, 6), name: line.slice(tab + 1) }];
}

const pointerStart = 'version https://git-lfs.github.com/spec/';

async function findPointers(directory: string, files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of files) {
    const file = await open(path.join(directory, name)).catch(() => undefined);
    if (file === undefined) continue;
    const { buffer } = await file.read(Buffer.alloc(pointerStart.length), 0);
    await file.close();
    if (buffer.toString('latin1') === pointerStart) found.push(name);
  }
  return found;
}
