import path from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { findManifest } from '../../project/find-manifest.ts';
import type { Project } from '../../project/project.ts';
import { worktreeHash } from '../../project/worktree-hash.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';

/** A checkout by what is on the engine, not by what its files say. */
export interface Checkout {
  readonly name: string;
  readonly root: string;
  /** Values of the worktree label. More than one only if the project was renamed meanwhile. */
  readonly worktrees: readonly string[];
  /** `undefined` where its files cannot be read. */
  readonly project: Project | undefined;
}

/**
 * The checkout that the command line and the directory name. Where its files cannot be read any
 * more, a manifest that is broken must not keep anybody from cleaning up: then the checkout's path
 * tells what belongs to it. Throws what is wrong with the files when even that finds nothing.
 */
export async function findCheckout(
  invocation: Invocation,
  opening: Engine | Promise<Engine>,
): Promise<Checkout> {
  const { options, io, signal } = invocation;
  try {
    const project = await loadInvocationProject(invocation);
    return { name: project.name, root: project.root, worktrees: [project.id], project };
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    const { file } = options;
    const { root } = await findManifest({ cwd: io.cwd, ...(file === undefined ? {} : { file }) });
    const suffix = `-${worktreeHash(root)}`;
    // Of two failures the project's is the one to mend first.
    const engine = await Promise.resolve(opening).catch(() => {
      throw error;
    });
    const owned = await engine.listOwned({}, signal);
    const worktrees = new Set(owned.map(({ ownership }) => ownership.worktree));
    const mine = [...worktrees].filter((worktree) => worktree.endsWith(suffix));
    if (mine.length === 0) throw error;
    io.stderr.write(`${error.message} What belongs to ${root} is found by its path.\n`);
    return { name: path.basename(root), root, worktrees: mine, project: undefined };
  }
}
