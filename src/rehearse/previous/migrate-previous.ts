import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { DjangoRunner } from '../../django/django-runner.ts';
import { readManageCommand } from '../../django/manage-command.ts';
import { formatPythonError } from '../../django/python-error.ts';
import { runCollectstatic } from '../../django/run-collectstatic.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { isCollectstatic } from '../checks/static-place.ts';
import type { RehearsalRun } from '../run.ts';

/** Files that the old release's own commands collected, for the containers that serve them. */
export interface CollectedFiles {
  readonly path: string;
  archive(): Promise<Readable | undefined>;
}

/**
 * Runs the release commands in the old image, so that the database is as the old release left it.
 * Throws `DJ-PREVIOUS-START` when one fails.
 */
export async function migratePrevious(
  run: RehearsalRun,
  runner: DjangoRunner,
  release: readonly (readonly string[])[],
  label: string,
): Promise<void> {
  for (const command of release.filter((one) => !isCollectstatic(one))) {
    const text = `${label}: ${command.join(' ')}`;
    run.context.emit({ type: 'step-progressed', step: 'previous', text });
    const failure = await runCommand(run, runner, command);
    if (failure === undefined) continue;
    throw new DjdevError('DJ-PREVIOUS-START', {
      message: `The previous release ${label} fails at its own “${command.join(' ')}”${failure.error}.`,
      hint: 'It gets the manifest’s commands, variables and services of today: name a release that works with them.',
      output: failure.tail,
    });
  }
}

interface CommandFailure {
  /** The rest of a sentence. */
  readonly error: string;
  readonly tail: readonly string[];
}

/** `undefined` when the command ended well. */
async function runCommand(
  { context }: RehearsalRun,
  runner: DjangoRunner,
  command: readonly string[],
): Promise<CommandFailure | undefined> {
  const { engine, signal, emit } = context;
  const onLine = (line: string): void =>
    emit({ type: 'line-logged', step: 'previous', source: command.join(' '), line });
  const manage = readManageCommand(command);
  if (manage) {
    const call = { ...manage, onLine: ({ text }: { readonly text: string }) => onLine(text) };
    const { exitCode, errors, tail } = await runner.run(call, signal);
    const error = errors.at(-1)?.chain[0];
    return exitCode === 0
      ? undefined
      : { error: error ? `: ${formatPythonError(error)}` : '', tail: tail.slice(-20) };
  }
  const { exitCode, stdout, stderr } = await engine.execToEnd(
    runner.containerId,
    { command },
    signal,
  );
  const lines = [stdout, stderr].flatMap((output) => output.trimEnd().split('\n'));
  for (const line of lines) onLine(line);
  return exitCode === 0
    ? undefined
    : { error: ` with exit code ${exitCode}`, tail: lines.slice(-20) };
}

/** Where a release command collects static files, the old containers get the old ones. */
export async function collectPrevious(
  { context }: RehearsalRun,
  runner: DjangoRunner,
  release: readonly (readonly string[])[],
): Promise<CollectedFiles | undefined> {
  const { engine, signal } = context;
  const command = release.find(isCollectstatic);
  const manage = command && readManageCommand(command);
  if (!manage) return undefined;
  const { collected } = await runCollectstatic(runner, { ...manage, elsewhere: false }, signal);
  const root = collected?.root ?? undefined;
  if (root === undefined) return undefined;
  return {
    path: posix.dirname(root),
    archive: () => engine.getArchive(runner.containerId, root, signal),
  };
}
