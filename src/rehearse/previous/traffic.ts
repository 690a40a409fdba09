import { Agent } from 'node:http';
import type { Clock } from '../../context/clock.ts';
import type { SmokeRequest } from '../../project/project.ts';
import type { HttpAddress } from '../http/send-request.ts';
import { type Exchange, Visitor } from '../smoke/visitor.ts';

/** One request to the old release. */
export interface TrafficPoint {
  /** Epoch milliseconds of when it was sent. */
  readonly atMs: number;
  readonly ms: number;
  /** 0 when there was no answer. */
  readonly status: number;
}

/** All requests to one endpoint, in order. */
export interface EndpointTraffic {
  /** `POST /newsletter/`. */
  readonly endpoint: string;
  readonly points: readonly TrafficPoint[];
}

interface TrafficPlan {
  readonly address: HttpAddress;
  readonly host: string;
  readonly requests: readonly SmokeRequest[];
}

/** Between two requests to one endpoint; with many endpoints longer, so that all stays one load. */
const pauseMs = 40;
const pausePerEndpointMs = 20;

/** An answer that takes longer is none: gunicorn ends its workers after as long. */
const answerTimeoutMs = 30_000;

/**
 * Users of the old release: every endpoint has a visitor of its own who asks again and again, so
 * that one which waits keeps none of the others from asking. Connections stay open, as a proxy
 * keeps them; cookies and logins are shared.
 */
export class Traffic {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #over = new AbortController();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #endpoints: { readonly request: SmokeRequest; readonly points: TrafficPoint[] }[];
  readonly #visitor: Visitor;
  readonly #pauseMs: number;
  #loops: readonly Promise<void>[] = [];

  constructor({ address, host, requests }: TrafficPlan, clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
    this.#endpoints = requests.map((request) => ({ request, points: [] }));
    this.#visitor = new Visitor(
      { address, host, agent: this.#agent },
      this.#signal,
      answerTimeoutMs,
    );
    this.#pauseMs = Math.max(pauseMs, pausePerEndpointMs * requests.length);
  }

  /** Sends every request once, in the order of the manifest: a login comes before its pages. */
  async warm(): Promise<readonly Exchange[]> {
    const exchanges: Exchange[] = [];
    for (const { request } of this.#endpoints) exchanges.push(await this.#visitor.send(request));
    return exchanges;
  }

  start(): void {
    this.#loops = this.#endpoints.map((endpoint) => this.#ask(endpoint));
  }

  /**
   * Resolves when `minimumMs` have passed and every endpoint has answered `times` requests that
   * were sent after this call, or did not within `patienceMs`.
   */
  async answered(times: number, minimumMs: number, patienceMs: number): Promise<void> {
    const fromMs = this.#clock.now();
    const counts = (): number[] =>
      this.#endpoints.map(({ points }) => points.filter(({ atMs }) => atMs >= fromMs).length);
    for (;;) {
      const elapsedMs = this.#clock.now() - fromMs;
      const isEnough = elapsedMs >= minimumMs && counts().every((count) => count >= times);
      if (isEnough || elapsedMs > patienceMs) return;
      await this.#clock.sleep(10, this.#signal);
    }
  }

  /** Ends all visits; what was under way is not counted. */
  async stop(): Promise<readonly EndpointTraffic[]> {
    this.#over.abort(new Error('The old release was visited long enough.'));
    await Promise.all(this.#loops);
    this.#agent.destroy();
    return this.#endpoints.map(({ request, points }) => ({
      endpoint: `${request.method} ${request.path}`,
      points,
    }));
  }

  async #ask({
    request,
    points,
  }: {
    readonly request: SmokeRequest;
    readonly points: TrafficPoint[];
  }): Promise<void> {
    try {
      for (;;) {
        const atMs = this.#clock.now();
        const { response } = await this.#visitor.send(request);
        const ms = response?.ms ?? this.#clock.now() - atMs;
        points.push({ atMs, ms, status: response?.status ?? 0 });
        await this.#clock.sleep(this.#pauseMs, this.#signal);
      }
    } catch {
      // Over, or the run was interrupted: whoever waits for the traffic is told by the signal.
    }
  }
}
