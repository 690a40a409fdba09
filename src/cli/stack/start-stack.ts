import type { Project } from '../../project/project.ts';
import type { StackEvent } from '../../report/stack-event.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { planUp, type UpPlan } from '../../up/plan.ts';
import type { UpSurroundings } from '../../up/up.ts';
import { readVersion } from '../../version.ts';
import { ask, canAsk } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { timeoutError } from '../interruptions.ts';
import { loadInvocationProject } from '../load-project.ts';
import { parseTimeout } from '../timeout.ts';
import type { RunningStack } from './develop.ts';
import { openInvocationStack, type StackCommand } from './open-stack-command.ts';

/** What is done about a start beside the start itself. */
export interface StartOptions extends Pick<UpSurroundings, 'onContainer' | 'onRetiring'> {
  /** Asks a person. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** The edited file that brought it about. */
  readonly cause?: string | undefined;
}

/** The plan that the command line asks for. */
export function planOf({ options, io }: Invocation, project: Project): UpPlan {
  const asked = canAsk(io) ? 'ask' : 'name';
  return planUp(project, {
    version: readVersion(),
    build: options.build === true ? 'always' : options.noBuild === true ? 'never' : 'when-changed',
    isLive: options.noSync !== true,
    perBranch: options.perBranch === true,
    migrate: options.migrate === true ? 'always' : options.noMigrate === true ? 'never' : asked,
  });
}

/** One start, with the project as its files are now. Throws `DJ-TIMEOUT` after `--timeout`. */
export async function startStack(
  invocation: Invocation,
  command: StackCommand,
  { onContainer, onRetiring, cause, ask: askPerson }: StartOptions,
): Promise<RunningStack> {
  const { io } = invocation;
  const project = await loadInvocationProject(invocation);
  const plan = planOf(invocation, project);
  const [{ up }, stack] = await Promise.all([
    import('../../up/up.ts'),
    openInvocationStack(invocation, project),
  ]);
  using deadline = startDeadline(invocation);
  const { signal } = deadline;
  const context: StackContext = { ...withCause(command.context, cause), signal };
  const question = 'Apply them now? [Y/n] ';
  const started = await up({
    context,
    stack,
    plan,
    onContainer,
    onRetiring,
    askToMigrate: async () => {
      const answer = await (askPerson?.(question, signal) ?? ask(io, question, signal));
      return /^(y(es)?)?$/i.test(answer.trim());
    },
  });
  return { stack, started };
}

/** Names the edited file with what it changed. */
function withCause(context: StackContext, cause: string | undefined): StackContext {
  if (cause === undefined) return context;
  const emit = (event: StackEvent): void => {
    const isEffect = event.type === 'container-changed' && event.action !== 'kept';
    context.emit(isEffect ? { ...event, cause } : event);
  };
  return { ...context, emit };
}

function startDeadline({ options, signal }: Invocation): Disposable & { signal: AbortSignal } {
  if (options.timeout === undefined) return { signal, [Symbol.dispose]: () => {} };
  const late = new AbortController();
  const ms = parseTimeout(options.timeout);
  const timer = setTimeout(() => late.abort(timeoutError(ms)), ms);
  return {
    signal: AbortSignal.any([signal, late.signal]),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
