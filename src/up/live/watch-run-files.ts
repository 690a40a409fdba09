import { existsSync, watch } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Project } from '../../project/project.ts';
import { buildFilesOf } from '../../sync/plan-sync.ts';

/**
 * Tells of edits of the files that say how to run, relative to the project, until it is called off.
 * Most of them are in no image, so the watch of the tree does not see them. Editors replace files,
 * so their directories are watched.
 */
export function watchRunFiles(
  { root, manifests, envFiles = [], build }: Project,
  onChange: (path: string) => void,
): () => void {
  // A Dockerfile may lie outside of the tree that is watched.
  const outside = buildFilesOf(build).filter((file) => !file.startsWith(`${build.context}/`));
  const files = new Set([...manifests, ...envFiles, ...outside]);
  const directories = new Set([...files].map((file) => dirname(file)).filter(existsSync));
  const watchers = [...directories].map((directory) =>
    watch(directory, (_, name) => {
      const file = join(directory, name ?? '');
      if (name !== null && files.has(file)) onChange(relative(root, file));
    }),
  );
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}
