import { systemClock } from '../../context/clock.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';
import type { Style } from '../../report/formats/style.ts';
import type { StackEvent } from '../../report/stack-event.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { createStyle } from '../../terminal/create-style.ts';
import { decideColor } from '../../terminal/screen.ts';
import { formatStackEvent } from '../../terminal/stack-view.ts';
import type { Invocation } from '../command.ts';
import type { Output } from '../io.ts';
import { loadInvocationProject, secretsOfEnvironment } from '../load-project.ts';
import { openEngine } from '../open-engine.ts';

/** What a command about the stack works with. */
export interface StackCommand extends AsyncDisposable {
  readonly project: Project;
  readonly engine: Engine;
  readonly context: StackContext;
}

/** The style for one of the streams. */
export function styleOf({ options, io }: Invocation, screen: Output): Style {
  return createStyle(decideColor(screen, options.color ?? 'auto', io.environment));
}

/** Loads the project, connects, and shows events on stderr as lines, each before `onEvent`. */
export async function openStackCommand(
  invocation: Invocation,
  onEvent: (event: StackEvent) => void = () => {},
): Promise<StackCommand> {
  const [project, engine] = await openBoth(invocation);
  return {
    project,
    engine,
    context: createStackContext(invocation, engine, onEvent),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** Shows events on stderr as lines, each before `onEvent`. */
export function createStackContext(
  invocation: Invocation,
  engine: Engine,
  onEvent: (event: StackEvent) => void = () => {},
): StackContext {
  const { options, io, signal, redactor } = invocation;
  const style = styleOf(invocation, io.stderr);
  const emit = (event: StackEvent): void => {
    if (options.quiet !== true) {
      const line = formatStackEvent(event, style, options.verbose ?? false);
      if (line !== undefined) io.stderr.write(`${redactor.redact(line)}\n`);
    }
    onEvent(event);
  };
  return { engine, signal, clock: systemClock, emit };
}

/** At the same time; of two failures the project's is the one to mend first. */
async function openBoth(invocation: Invocation): Promise<[Project, Engine]> {
  const opening = openEngine(invocation);
  opening.catch(() => {});
  try {
    const project = await loadInvocationProject(invocation);
    return [project, await opening];
  } catch (error) {
    await opening.then((engine) => engine[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  }
}

/** The stack of the project; its secrets become known to the redactor. */
export async function openInvocationStack(
  { io, redactor }: Invocation,
  project: Project,
): Promise<Stack> {
  const { openStack } = await import('../../stack/open-stack.ts');
  const stack = await openStack(project, io.environment);
  redactor.learn(secretsOfEnvironment(stack.environment));
  return stack;
}
