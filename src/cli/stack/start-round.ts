import type { ErrorCode } from '../../errors/codes.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { type Edits, watchEdits } from '../../up/live/watch-edits.ts';
import type { Invocation } from '../command.ts';
import { displayPath } from '../../terminal/read-source.ts';
import { printFailure } from '../print-failure.ts';
import type { RunningStack } from './develop.ts';
import type { StackCommand } from './open-stack-command.ts';
import { watchKeys } from './watch-keys.ts';

/** What an edit of the code can mend. */
const mendable: readonly ErrorCode[] = [
  'DJ-BUILD',
  'DJ-PROCESS-START',
  'DJ-SERVICE-START',
  'DJ-MIGRATE',
];

/**
 * Starts the stack; what does not start is shown, and tried again after the next edit. Edits that
 * come during a start are not forgotten. `start` is told the edited file that brought it about.
 */
export async function startUntilItDoes(
  invocation: Invocation,
  { context, project }: Pick<StackCommand, 'context' | 'project'>,
  start: (cause: string | undefined) => Promise<RunningStack>,
  { isFirst, cause }: { readonly isFirst: boolean; readonly cause?: string | undefined },
): Promise<RunningStack> {
  let because = cause;
  const takeEdits = (edits: Edits): boolean => {
    const edit = edits.forStart();
    because = edit?.isManifest === true ? edit.path : undefined;
    if (edit === undefined) return false;
    const reason = edit.isManifest ? undefined : 'saved during the start';
    context.emit({ type: 'rebuild-wanted', path: edit.path, reason });
    return true;
  };
  for (;;) {
    const watching = watchEdits(project, context.signal);
    watching.catch(() => {});
    try {
      const running = await start(because);
      context.emit({ type: 'round-succeeded' });
      await using edits = await watching;
      if (invocation.options.noSync === true || !takeEdits(edits)) return running;
    } catch (error) {
      await using edits = await watching;
      // The first start fails at once for all else: no engine, no space, a wrong manifest.
      const isHopeless = isFirst && !(error instanceof DjdevError && mendable.includes(error.code));
      if (isHopeless) throw error;
      showFailure(invocation, context, error);
      await waitForEditOrKey(invocation, edits, context.signal);
      takeEdits(edits);
    }
  }
}

async function waitForEditOrKey(
  { io }: Invocation,
  edits: Edits,
  signal: AbortSignal,
): Promise<void> {
  io.stderr.write('Waiting for the next edit.\n');
  const over = new AbortController();
  const pressed = Promise.withResolvers<void>();
  using _ = watchKeys(io, (key) => {
    if (key === 'q') process.kill(process.pid, 'SIGINT');
    if (key === 'b' || key === 'r') pressed.resolve();
  });
  const edited = edits.next(AbortSignal.any([signal, over.signal]));
  edited.catch(() => {});
  try {
    await Promise.race([edited, pressed.promise]);
  } finally {
    over.abort();
  }
}

/** Shows what an edit is to mend; anything else is thrown. */
export function showFailure(
  { options, io, redactor }: Invocation,
  { signal, emit }: StackContext,
  error: unknown,
): void {
  if (signal.aborted || !(error instanceof DjdevError)) throw error;
  const { json: _, ...shown } = options;
  printFailure(error, io, { options: shown, redact: redactor.redact });
  const { code, message, hint, output, location } = error;
  const where =
    location === undefined
      ? ''
      : `${displayPath(location.file, io.cwd)}${location.line === undefined ? '' : `:${location.line}`}: `;
  emit({
    type: 'round-failed',
    stage: isAboutBuild(code) ? 'build' : 'start',
    message: `${where}${message}`,
    ...(hint === undefined ? {} : { hint }),
    output,
  });
}

function isAboutBuild(code: ErrorCode): boolean {
  return code === 'DJ-BUILD' || code.startsWith('DJ-DOCKERFILE');
}
