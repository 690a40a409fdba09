import { watch } from 'node:fs/promises';
import type { Project } from '../../project/project.ts';

/** Left out: what changes without anybody editing. */
const noise = /(^|[/\\])(\.git|node_modules|__pycache__|\.venv|\.djdev)([/\\]|$)/u;

/** Resolves at the next edit of a project that cannot run as it is. */
export async function waitForEdit(project: Project, signal: AbortSignal): Promise<void> {
  for await (const { filename } of watch(project.root, { recursive: true, signal })) {
    if (filename === null || !noise.test(filename)) return;
  }
}
