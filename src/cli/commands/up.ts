import { Interruption } from '../../context/interruption.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { formatDuration } from '../../report/formats/quantity.ts';
import type { StackEvent } from '../../report/stack-event.ts';
import type { AppliedContainer } from '../../stack/apply-container.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { planUp, type UpPlan } from '../../up/plan.ts';
import type { StartedStack, UpSurroundings } from '../../up/up.ts';
import type { RunningStack } from '../stack/develop.ts';
import { readVersion } from '../../version.ts';
import { ask, canAsk } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { timeoutError } from '../interruptions.ts';
import { loadInvocationProject } from '../load-project.ts';
import { followLines } from '../stack/follow-processes.ts';
import { formatUpPlan } from '../stack/format-up-plan.ts';
import { createLogPrinter } from '../stack/log-printer.ts';
import {
  openInvocationStack,
  openStackCommand,
  type StackCommand,
} from '../stack/open-stack-command.ts';
import { stopStarted } from '../stack/stop-started.ts';
import { parseTimeout } from '../timeout.ts';

/** `djdev up`: the stack of this checkout, brought to what the project says. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  checkFlags(invocation);
  if (options.plan === true) {
    const plan = planOf(invocation, await loadInvocationProject(invocation));
    io.stdout.write(options.json === true ? `${JSON.stringify(plan)}\n` : formatUpPlan(plan));
    return 0;
  }
  const timing: Extract<StackEvent, { type: 'phase-ended' }>[] = [];
  await using command = await openStackCommand(invocation, (event) => {
    if (event.type === 'phase-ended') timing.push(event);
  });
  const startedMs = performance.now();
  const isDetached = options.detach === true || options.wait === true || options.json === true;
  const started: AppliedContainer[] = [];
  const retiring: Promise<void>[] = [];
  const stop = async (): Promise<void> => await stopStarted(invocation, command, started);
  const following = new AbortController();
  const signal = AbortSignal.any([invocation.signal, following.signal]);
  try {
    const printer = createLogPrinter(
      invocation,
      command.project.processes.map(({ name }) => name),
    );
    const followed = new Set<string>();
    const follow = (container: AppliedContainer): void => {
      started.push(container);
      const isProcess = command.project.processes.some(({ name }) => name === container.role);
      if (isDetached || !isProcess || followed.has(container.role)) return;
      followed.add(container.role);
      // What it wrote before this run has been seen, or is in `djdev logs`.
      const from =
        container.change === 'create' || container.change === 'recreate' ? {} : { tail: 0 };
      void followLines(command.engine, container, from, printer.print, signal);
    };
    const retire = (end: Promise<void>): void => {
      // What does not end now is removed by the next `up`.
      retiring.push(end.catch(() => undefined));
    };
    const start = (): Promise<RunningStack> =>
      startStack(invocation, command, { onContainer: follow, onRetiring: retire });
    const stack = await start();
    if (options.timing === true) io.stderr.write(formatTiming(timing, startedMs));
    if (isDetached) return reportDetached(invocation, stack.started);
    if (options.quiet !== true) {
      const keys = canAsk(io) ? ' ? lists the keys.' : '';
      io.stderr.write(`Ctrl-C stops what this run started.${keys}\n`);
    }
    const { develop } = await import('../stack/develop.ts');
    return await develop(invocation, { ...command, printer }, stack, start);
  } catch (error) {
    if (!isDetached || invocation.signal.aborted) await stop();
    if (invocation.signal.reason instanceof Interruption) return invocation.signal.reason.exitCode;
    throw error;
  } finally {
    await Promise.all(retiring);
    following.abort();
  }
}

function checkFlags({ options }: Invocation): void {
  for (const [one, other] of [
    ['build', 'no-build'],
    ['migrate', 'no-migrate'],
  ] as const) {
    const opposite = other === 'no-build' ? options.noBuild : options.noMigrate;
    if (options[one] !== true || opposite !== true) continue;
    throw new DjdevError('DJ-USAGE', { message: `--${one} and --${other} exclude each other.` });
  }
}

function planOf({ options, io }: Invocation, project: StackCommand['project']): UpPlan {
  return planUp(project, {
    version: readVersion(),
    build: options.build === true ? 'always' : options.noBuild === true ? 'never' : 'when-changed',
    isLive: options.noSync !== true,
    migrate:
      options.migrate === true
        ? 'always'
        : options.noMigrate === true
          ? 'never'
          : canAsk(io)
            ? 'ask'
            : 'name',
  });
}

async function startStack(
  invocation: Invocation,
  command: StackCommand,
  told: Pick<UpSurroundings, 'onContainer' | 'onRetiring'>,
): Promise<RunningStack> {
  const { options, io, signal } = invocation;
  // Anew each time: a rebuild may come from an edit of the manifest or the Dockerfile.
  const project = await loadInvocationProject(invocation);
  const plan = planOf(invocation, project);
  const [{ up }, stack] = await Promise.all([
    import('../../up/up.ts'),
    openInvocationStack(invocation, project),
  ]);
  const late = new AbortController();
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(
          (ms: number) => late.abort(timeoutError(ms)),
          parseTimeout(options.timeout),
          parseTimeout(options.timeout),
        );
  try {
    const within = AbortSignal.any([signal, late.signal]);
    const context: StackContext = { ...command.context, signal: within };
    const started = await up({
      context,
      stack,
      plan,
      ...told,
      askToMigrate: async () => {
        const answer = await ask(io, 'Apply them now? [Y/n] ', within);
        return /^(y(es)?)?$/i.test(answer.trim());
      },
    });
    return { stack, started };
  } finally {
    clearTimeout(timer);
  }
}

function reportDetached({ options, io }: Invocation, { processes }: StartedStack): number {
  const healthy = processes.every((one) => one.healthy);
  if (options.json === true) {
    const shown = processes.map(({ container, url, status, healthy }) => ({
      process: container.role,
      container: container.name,
      ...(url === undefined ? {} : { url, status: status ?? null }),
      healthy,
    }));
    io.stdout.write(`${JSON.stringify({ version: 1, ok: healthy, processes: shown })}\n`);
  } else {
    for (const { url } of processes) if (url !== undefined) io.stdout.write(`${url}\n`);
  }
  return healthy ? 0 : 1;
}

function formatTiming(
  phases: readonly Extract<StackEvent, { type: 'phase-ended' }>[],
  startedMs: number,
): string {
  const rows = phases.map(({ phase, ms }) => `  ${phase.padEnd(12)}${formatDuration(ms)}`);
  const total = `  ${'all'.padEnd(12)}${formatDuration(performance.now() - startedMs)}`;
  return `${['Time of the start:', ...rows, total].join('\n')}\n`;
}
