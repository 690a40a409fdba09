import type { Clock } from '../../context/clock.ts';
import { proxyHeaders } from '../application.ts';
import {
  type HttpAddress,
  type HttpRequest,
  type HttpResponse,
  sendRequest,
} from '../http/send-request.ts';

/** One request of a load, and what became of it. Times are those of the monotonic clock. */
export interface LoadRequest {
  readonly request: HttpRequest;
  readonly sentMs: number;
  /** Absent while nothing has come back. */
  readonly settledMs?: number;
  /** Absent when the connection was refused or broke. */
  readonly response?: HttpResponse;
}

export interface LoadPlan {
  readonly address: HttpAddress;
  readonly host: string;
  /** Asked in turn. */
  readonly paths: readonly string[];
  readonly perSecond: number;
}

/** An answer that takes longer is none. */
const answerTimeoutMs = 30_000;
/** No more than these wait at a time: a load is no attack. */
const mostOpen = 30;

/** Requests a second that are a load and no overload, on a machine that answers one in `answerMs`. */
export function bearableRate(answerMs: number, perSecond: number): number {
  return Math.max(2, Math.min(perSecond, 500 / Math.max(1, answerMs)));
}

/**
 * Users who do not wait for each other: requests leave by the clock, each on a connection of its
 * own, however slowly the earlier ones are answered.
 */
export class OpenLoop {
  readonly #plan: LoadPlan;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #paused = new AbortController();
  readonly #hurry = new AbortController();
  readonly #requests: LoadRequest[] = [];
  readonly #answers: Promise<void>[] = [];
  #open = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(plan: LoadPlan, clock: Clock, signal: AbortSignal) {
    this.#plan = plan;
    this.#clock = clock;
    this.#signal = signal;
  }

  start(): void {
    this.#sending = this.#sendByTheClock();
  }

  /** Ends the load; what is under way has `patienceMs` more to be answered. */
  async stop(patienceMs: number): Promise<readonly LoadRequest[]> {
    this.#paused.abort();
    await this.#sending;
    const done = new AbortController();
    const waiting = AbortSignal.any([this.#signal, done.signal]);
    const patience = this.#clock.sleep(patienceMs, waiting).then(
      () => this.#hurry.abort(),
      () => undefined,
    );
    await Promise.all(this.#answers);
    done.abort();
    await patience;
    this.#signal.throwIfAborted();
    return this.#requests;
  }

  async #sendByTheClock(): Promise<void> {
    const stopped = AbortSignal.any([this.#signal, this.#paused.signal]);
    const startedMs = this.#clock.monotonicMs();
    for (let count = 0; !stopped.aborted; count += 1) {
      if (this.#open < mostOpen) this.#answers.push(this.#send());
      const nextMs = startedMs + ((count + 1) * 1000) / this.#plan.perSecond;
      const pauseMs = Math.max(0, nextMs - this.#clock.monotonicMs());
      await this.#clock.sleep(pauseMs, stopped).catch(() => undefined);
    }
  }

  async #send(): Promise<void> {
    const { address, host, paths } = this.#plan;
    const index = this.#requests.length;
    const path = paths[index % paths.length] ?? '/';
    const request = { method: 'GET', path, headers: proxyHeaders(host) };
    const sent = { request, sentMs: this.#clock.monotonicMs() };
    this.#requests[index] = sent;
    this.#open += 1;
    const timeout = AbortSignal.timeout(answerTimeoutMs);
    const within = AbortSignal.any([this.#signal, this.#hurry.signal, timeout]);
    const response = await sendRequest(address, request, within).catch(() => undefined);
    this.#open -= 1;
    const settledMs = this.#clock.monotonicMs();
    this.#requests[index] = { ...sent, settledMs, ...(response && { response }) };
  }
}
