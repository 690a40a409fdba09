import type { Clock } from '../../context/clock.ts';
import type { ContainerExit } from '../../engine/engine.ts';
import {
  type HttpAddress,
  type HttpRequest,
  type HttpResponse,
  sendRequest,
} from '../http/send-request.ts';
import { judgeAnswer } from './judge-answer.ts';

/** How the wait for the first healthy answer ended. */
export type HealthOutcome =
  | {
      readonly type: 'healthy';
      readonly request: HttpRequest;
      readonly response: HttpResponse;
      readonly ms: number;
    }
  /** It answered, but not as a healthy application does. */
  | {
      readonly type: 'unhealthy';
      readonly request: HttpRequest;
      readonly response: HttpResponse;
      readonly ms: number;
    }
  /** Nothing spoke HTTP until the deadline. */
  | { readonly type: 'silent'; readonly ms: number }
  | { readonly type: 'ended'; readonly exit: ContainerExit; readonly ms: number };

export interface HealthQuestion {
  readonly address: HttpAddress;
  /** Asked in turn until one is healthy. */
  readonly paths: readonly string[];
  readonly isDeclared: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the application's container. */
  readonly exited: Promise<ContainerExit>;
  /** Counted from `startedMs` on the monotonic clock. */
  readonly deadlineMs: number;
  readonly startedMs: number;
}

/** A published port refuses or resets connections until the application listens. */
const pollMs = 10;
/** An application that answers errors is asked less often: each answer costs it work. */
const retryMs = 100;
/** How long errors other than 503, which says "later", are taken for a start that takes time. */
const patienceMs = 3000;

/** Asks until the application answers healthily, ends, or the deadline has passed. */
export async function waitForHealth(
  question: HealthQuestion,
  clock: Clock,
  signal: AbortSignal,
): Promise<HealthOutcome> {
  const elapsedMs = (): number => clock.monotonicMs() - question.startedMs;
  const done = new AbortController();
  const deadline = AbortSignal.timeout(Math.ceil(Math.max(0, question.deadlineMs - elapsedMs())));
  const within = AbortSignal.any([signal, done.signal, deadline]);
  const ended = question.exited.then((exit): HealthOutcome => ({
    type: 'ended',
    exit,
    ms: elapsedMs(),
  }));
  try {
    return await Promise.race([ended, poll(question, clock, within, signal, elapsedMs)]);
  } finally {
    done.abort();
  }
}

async function poll(
  question: HealthQuestion,
  clock: Clock,
  within: AbortSignal,
  signal: AbortSignal,
  elapsedMs: () => number,
): Promise<HealthOutcome> {
  let last: { request: HttpRequest; response: HttpResponse } | undefined;
  let answeredMs: number | undefined;
  for (;;) {
    try {
      const round = await askAll(question, within);
      if (round) {
        last = round;
        answeredMs ??= elapsedMs();
        const ms = elapsedMs();
        if (round.judgement === 'healthy') return { type: 'healthy', ...pick(round), ms };
        const isHopeful = round.judgement === 'retry';
        const isPatient = round.response.status === 503 || ms - answeredMs < patienceMs;
        if (!isHopeful || !isPatient) return { type: 'unhealthy', ...pick(round), ms };
      }
      await clock.sleep(round ? retryMs : pollMs, within);
    } catch (failure) {
      signal.throwIfAborted();
      if (!within.aborted) throw failure;
      const ms = elapsedMs();
      return last ? { type: 'unhealthy', ...pick(last), ms } : { type: 'silent', ms };
    }
  }
}

function pick({ request, response }: { request: HttpRequest; response: HttpResponse }) {
  return { request, response };
}

/** One round over the paths; `undefined` when nothing speaks HTTP there yet. */
async function askAll(
  { address, paths, isDeclared, headers }: HealthQuestion,
  signal: AbortSignal,
) {
  for (const path of paths) {
    const request: HttpRequest = { method: 'GET', path, headers };
    const response = await tryRequest(address, request, signal);
    if (response === undefined) return undefined;
    const judgement = judgeAnswer(path, isDeclared, response);
    const isLast = path === paths.at(-1);
    if (judgement !== 'elsewhere' || isLast) return { request, response, judgement };
  }
  return undefined;
}

async function tryRequest(
  address: HttpAddress,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse | undefined> {
  try {
    return await sendRequest(address, request, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
