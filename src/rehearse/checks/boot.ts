import type { ContainerExit } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';
import { isLoopback, type ListeningSocket } from '../health/listening-sockets.ts';
import { condenseLog } from './condense-log.ts';
import { explainCrash } from './explain-crash.ts';

const shownLines = 20;

/** The production process ended before it answered. */
export function bootCrashed(
  { exit, ms }: { readonly exit: ContainerExit; readonly ms: number },
  lines: readonly string[],
): Finding {
  const how = exit.outOfMemory
    ? 'was killed for lack of memory'
    : `ended with exit code ${exit.exitCode}`;
  return {
    code: 'boot-crashed',
    level: 'fail',
    step: 'boot',
    title:
      exit.error === undefined
        ? `The production process ${how} after ${(ms / 1000).toFixed(1)} s.`
        : 'The production process could not be started.',
    detail: [...(exit.error === undefined ? [] : [exit.error]), ...lastLines(lines)].join('\n'),
    hint: explainCrash(exit, lines),
  };
}

/** The engine found no program to execute. */
export function commandNotFound(message: string): Finding {
  return {
    code: 'boot-crashed',
    level: 'fail',
    step: 'boot',
    title: 'The production command cannot be executed.',
    detail: message,
    hint: explainCrash({ exitCode: 127, outOfMemory: false, error: message }, []),
  };
}

/** The production process runs, and nothing answered until the deadline. */
export function bootTimeout(
  seen: {
    readonly deadlineMs: number;
    /** The container port that was asked. */
    readonly port: number;
    /** Absent when the container could not be asked. */
    readonly sockets: readonly ListeningSocket[] | undefined;
  },
  lines: readonly string[],
): Finding {
  const { what, hint } = explainSilence(seen.port, seen.sockets);
  return {
    code: 'boot-timeout',
    level: 'fail',
    step: 'boot',
    title: `Nothing answered on port ${seen.port} within ${seen.deadlineMs / 1000} s.`,
    detail: [what, ...lastLines(lines)].join('\n'),
    hint,
  };
}

/** What the listening sockets say about the port that does not answer. */
export function explainSilence(
  port: number,
  sockets: readonly ListeningSocket[] | undefined,
): { readonly what: string; readonly hint: string } {
  const places = (sockets ?? []).map(({ address, port: other }) => `${address}:${other}`);
  const onPort = (sockets ?? []).filter((socket) => socket.port === port);
  if (sockets === undefined || sockets.length === 0) {
    return {
      what: 'The process runs, but listens on no port.',
      hint: 'It is still starting, or waits for something. The last lines may say for what.',
    };
  }
  if (onPort.length > 0 && onPort.every(isLoopback)) {
    return {
      what: `The process listens on ${places.join(', ')}: only from inside its container.`,
      hint: `Bind to all addresses: 0.0.0.0:${port} instead of ${onPort[0]?.address}:${port}.`,
    };
  }
  if (onPort.length > 0) {
    return {
      what: `The process listens on ${places.join(', ')}, but does not answer HTTP requests.`,
      hint: 'A worker may hang while it starts, for example on a host that does not answer.',
    };
  }
  return {
    what: `The process listens on ${places.join(', ')}, not on port ${port}.`,
    hint: `Set the port of the process in djdev.yaml to ${sockets[0]?.port}, or bind to ${port}.`,
  };
}

/** Healthy, but later than the team allows. */
export function checkBootBudget(ms: number, budgetMs: number | undefined): readonly Finding[] {
  if (budgetMs === undefined || ms <= budgetMs) return [];
  return [
    {
      code: 'boot-over-budget',
      level: 'fail',
      step: 'boot',
      title: `The first healthy answer came after ${Math.round(ms)} ms; the budget is ${budgetMs} ms.`,
      detail: `${Math.round(ms - budgetMs)} ms over rehearse.budgets.boot.`,
      hint: 'Look at what is imported and done at start, or raise the budget.',
      measurement: { name: 'time to first healthy answer', value: Math.round(ms), unit: 'ms' },
    },
  ];
}

function lastLines(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return ['It wrote nothing.'];
  const shown = condenseLog(lines).slice(-shownLines);
  return ['Its last lines:', ...shown.map((line) => `  ${line}`)];
}
