import type { ReloadEvent, Reloader } from '../../reload/create-reloader.ts';
import type { ReloadError, ReloadResult } from '../../reload/reload-result.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import type { SyncMap } from '../../sync/sync-map.ts';
import type { SyntaxProblem } from '../../sync/transport.ts';
import { oldCodeServes } from '../problems.ts';

const shownTraceback = 12;

/** A process that takes edits, and what it has not been told of. */
export interface Reloading {
  readonly role: string;
  readonly map: SyncMap;
  readonly reloader: Reloader;
  /** Container paths that came with a file that is no Python: the next edit tells of them, too. */
  readonly untold: Set<string>;
}

/** Files that have come to be in the container. */
interface Arrived {
  readonly containerPaths: readonly string[];
  readonly ms: number;
  readonly syntax: readonly SyntaxProblem[];
}

/** Has the process take what has arrived; nothing while a file of it has a syntax error. */
export async function reloadAfter(
  context: StackContext,
  { role, map, reloader, untold }: Reloading,
  { containerPaths, ms, syntax }: Arrived,
): Promise<void> {
  const paths = [...new Set(containerPaths.map((path) => map.hostPathOf(path) ?? path))];
  const [problem] = syntax;
  for (const path of containerPaths) untold.add(path);
  if (problem !== undefined) {
    const where = `${problem.path}:${problem.line ?? '?'}`;
    const message = `${where}: ${problem.message}.${oldCodeServes}`;
    context.emit({ type: 'edit-failed', role, paths, message });
    return;
  }
  const inside = [...untold];
  untold.clear();
  await reloadAs(context, role, paths, () => reloader.reload(inside), ms);
}

/** Tells how a reload ended, whichever way; only what was synced has a time for that. */
export async function reloadAs(
  { emit, signal }: StackContext,
  role: string,
  paths: readonly string[],
  reload: () => Promise<ReloadResult>,
  syncMs?: number,
): Promise<void> {
  try {
    const { kind, ms, error } = await reload();
    if (error !== undefined) emit({ ...describeError(role, error), paths });
    else emit({ type: 'edit-applied', role, paths, syncMs, reload: { kind, ms } });
  } catch (error) {
    if (signal.aborted) return;
    const message = `it could not be told to reload: ${error instanceof Error ? error.message : String(error)}`;
    emit({ type: 'edit-failed', role, paths, message, hint: `djdev restart ${role}` });
  }
}

/** What the server says by itself. */
export function tellReload({ emit }: StackContext, role: string, event: ReloadEvent): void {
  switch (event.type) {
    case 'reload-noted':
      emit({ type: 'stack-noted', role, text: event.note.text });
      return;
    case 'reload-failed':
      emit(describeError(role, event.error));
      return;
    case 'reload-served':
      emit({ type: 'edit-recovered', role });
      return;
    default:
      event satisfies never;
  }
}

function describeError(role: string, error: ReloadError) {
  const { type, message, file, line, traceback, serves } = error;
  const where = file === undefined ? '' : ` at ${file}${line === undefined ? '' : `:${line}`}`;
  return {
    type: 'edit-failed' as const,
    role,
    paths: [],
    message: `${type}: ${message}${where}.${serves ? oldCodeServes : ' It is served as a page until it is mended.'}`,
    output: traceback.trimEnd().split('\n').slice(-shownTraceback),
  };
}
