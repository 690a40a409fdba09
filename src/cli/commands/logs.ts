import { DjdevError } from '../../errors/djdev-error.ts';
import { Interruption } from '../../context/interruption.ts';
import type { ContainerSummary, LogLine } from '../../engine/engine.ts';
import { parseDurationMs } from '../../project/quantities.ts';
import type { Invocation } from '../command.ts';
import { followLines } from '../stack/follow-processes.ts';
import { createLogPrinter } from '../stack/log-printer.ts';
import { type CheckoutCommand, openCheckoutCommand } from '../stack/open-checkout-command.ts';
import { openInvocationStack } from '../stack/open-stack-command.ts';
import { notRunning, pickOfCheckout } from '../stack/pick-containers.ts';

const followedTail = 100;

/** `djdev logs`: what processes and services wrote, oldest first, and with `-f` what they write. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, args, signal } = invocation;
  const range = readRange(invocation);
  await using command = await openCheckoutCommand(invocation);
  const { engine, checkout } = command;
  // For its secrets: what an application prints of them is not to be seen here.
  if (checkout.project) await openInvocationStack(invocation, checkout.project);
  const picked = pickOfCheckout(command, args);
  if (picked.length === 0) throw notRunning(args.length > 0 ? args.join(', ') : checkout.name);
  const roles = picked.map(({ ownership }) => ownership.role);
  const { print } = createLogPrinter(invocation, roles);
  if (options.follow !== true) {
    for (const { role, line } of await readAll(command, picked, range)) print(role, line.text);
    return 0;
  }
  const tail = range.tail ?? (range.sinceMs === undefined ? followedTail : undefined);
  const from = { ...range, ...(tail === undefined ? {} : { tail }) };
  await Promise.all(
    picked.map(({ name, ownership }) =>
      followLines(engine, { role: ownership.role, name }, from, print, signal),
    ),
  );
  return signal.reason instanceof Interruption ? signal.reason.exitCode : 0;
}

interface Range {
  readonly tail?: number;
  readonly sinceMs?: number;
}

function readRange({ options }: Invocation): Range {
  const { tail, since } = options;
  if (tail !== undefined && tail !== 'all' && !/^\d+$/u.test(tail)) {
    throw new DjdevError('DJ-USAGE', {
      message: `--tail cannot be "${tail}": it is a number of lines, or all.`,
    });
  }
  return {
    ...(tail === undefined || tail === 'all' ? {} : { tail: Number(tail) }),
    ...(since === undefined ? {} : { sinceMs: readSince(since) }),
  };
}

/** `10m` ago, or a moment. */
function readSince(text: string): number {
  const agoMs = parseDurationMs(text);
  if (agoMs !== undefined) return Date.now() - agoMs;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new DjdevError('DJ-USAGE', {
    message: `--since cannot be "${text}": it is a duration such as 10m, or a time such as 2026-01-31T12:00:00Z.`,
  });
}

interface SourcedLine {
  readonly role: string;
  readonly line: LogLine;
}

/** The lines of all, in the order in which the engine took them down. */
async function readAll(
  { engine, context }: CheckoutCommand,
  containers: readonly ContainerSummary[],
  range: Range,
): Promise<readonly SourcedLine[]> {
  const read = async ({ id, ownership }: ContainerSummary): Promise<SourcedLine[]> => {
    const options = { ...range, follow: false, timestamps: true };
    const lines: SourcedLine[] = [];
    for await (const line of engine.logs(id, options, context.signal)) {
      lines.push({ role: ownership.role, line });
    }
    return lines;
  };
  const all = (await Promise.all(containers.map(read))).flat();
  const timeOf = ({ line }: SourcedLine): string => line.time ?? '';
  return all.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0));
}
