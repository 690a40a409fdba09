import { watch } from 'node:fs/promises';
import { Scope } from '../../context/scope.ts';
import type { Project } from '../../project/project.ts';
import { watchTree } from '../../sync/watch-tree.ts';
import { createMailbox } from './mailbox.ts';
import { readTree } from './read-tree.ts';
import { watchRunFiles } from './watch-run-files.ts';

/** The edits of a project that does not run, or not yet. */
export interface Edits extends AsyncDisposable {
  /** Resolves with the next edit; at once when there was one since the beginning. */
  next(signal: AbortSignal): Promise<void>;
  /** The last that takes a build, or says how to run, relative to the build context. */
  forStart(): { readonly path: string; readonly isManifest: boolean } | undefined;
}

/** Left out: what changes without anybody editing. */
const noise = /(^|[/\\])(\.git|node_modules|__pycache__|\.venv|\.djdev)([/\\]|$)/u;

/** Watches a project's files, and resolves once every edit will be seen. */
export async function watchEdits(project: Project, signal: AbortSignal): Promise<Edits> {
  const scope = new Scope();
  const edits = createMailbox<true>(() => true);
  let forStart: ReturnType<Edits['forStart']>;
  const take = (path: string, about?: 'build' | 'run'): void => {
    if (noise.test(path)) return;
    if (about !== undefined) forStart = { path, isManifest: about === 'run' };
    edits.put(true);
  };
  scope.defer(watchRunFiles(project, (path) => take(path, 'run')));
  const tree = await readTree(project).catch(() => undefined);
  if (tree === undefined) {
    // Without a Dockerfile that can be read nothing says which files matter.
    const over = new AbortController();
    scope.defer(() => over.abort());
    void watchAll(
      project.root,
      (path) => take(path, 'build'),
      AbortSignal.any([signal, over.signal]),
    );
  } else {
    const watcher = scope.use(await watchTree(tree.map, signal));
    watcher.subscribe((change) => {
      if (change.type === 'lost') edits.put(true);
      else take(change.path, change.type === 'rebuild' ? 'build' : undefined);
    });
  }
  return {
    next: async (until) => void (await edits.take(until)),
    forStart: () => forStart,
    [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
  };
}

async function watchAll(
  root: string,
  onPath: (path: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { filename } of watch(root, { recursive: true, signal })) {
      if (filename !== null) onPath(filename);
    }
  } catch {
    // The end of the watch, however it came.
  }
}
