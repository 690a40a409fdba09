import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import type { PreviousDefinition } from '../../project/project.ts';
import { runGit } from './run-git.ts';

/** A commit of the project's repository. */
export interface ResolvedCommit {
  readonly commit: string;
  /** Equal for equal files. */
  readonly tree: string;
  /** Absolute path of the repository's working tree. */
  readonly top: string;
  /** For people: `v1.4.0 (1a2b3c4)`. */
  readonly label: string;
}

/** Where main branches commonly are, those of the server first. */
const mainBranches = ['origin/main', 'origin/master', 'main', 'master'];

/**
 * The commit that a ref, or `merge-base`, stands for. Throws `DJ-PREVIOUS-NOT-FOUND` outside of a
 * repository and for a ref that it does not have.
 */
export async function resolveCommit(
  root: string,
  previous: Pick<PreviousDefinition, 'reference' | 'location'>,
  signal: AbortSignal,
): Promise<ResolvedCommit> {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const { exitCode, stdout } = await runGit(args, { cwd: root }, signal);
    return exitCode === 0 ? stdout.trim() : undefined;
  };
  const { reference, location } = previous;
  const top = await git('rev-parse', '--show-toplevel');
  if (top === undefined) throw notARepository(root, previous);
  const wanted = reference === 'merge-base' ? await findMergeBase(git) : reference;
  const isPlain = wanted !== undefined && !wanted.startsWith('-');
  const commit = isPlain && (await git('rev-parse', '--verify', '--quiet', `${wanted}^{commit}`));
  const tree = commit && (await git('rev-parse', '--verify', '--quiet', `${commit}^{tree}`));
  if (commit && tree) {
    return { commit, tree, top, label: `${reference} (${commit.slice(0, 7)})` };
  }
  const isShallow = (await git('rev-parse', '--is-shallow-repository')) === 'true';
  const names = (await git('for-each-ref', '--format=%(refname:short)')) ?? '';
  const meant = closestName(reference, names.split('\n'));
  throw new DjdevError('DJ-PREVIOUS-NOT-FOUND', {
    message:
      reference === 'merge-base'
        ? 'The previous release is the merge base with the main branch, and this repository has neither main nor master.'
        : `The previous release “${reference}” is no tag, branch or commit of this repository.`,
    hint: isShallow
      ? 'This clone is shallow: fetch the whole history, for example with fetch-depth: 0 in CI.'
      : meant === undefined
        ? 'Fetch it with “git fetch --tags”, or name another ref in rehearse.previous.'
        : `Did you mean “${meant}”?`,
    ...(location === undefined ? {} : { location }),
  });
}

async function findMergeBase(
  git: (...args: readonly string[]) => Promise<string | undefined>,
): Promise<string | undefined> {
  const main = await git('symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD');
  for (const branch of main === undefined ? mainBranches : [main, ...mainBranches]) {
    const base = await git('merge-base', 'HEAD', branch);
    if (base !== undefined) return base;
  }
  return undefined;
}

function notARepository(
  root: string,
  { reference, location }: Pick<PreviousDefinition, 'reference' | 'location'>,
): DjdevError {
  return new DjdevError('DJ-PREVIOUS-NOT-FOUND', {
    message: `The previous release is the git ref “${reference}”, and ${root} is not in a git repository.`,
    hint: 'Name an image: rehearse.previous: { image: … }, or rehearse in a clone.',
    ...(location === undefined ? {} : { location }),
  });
}
