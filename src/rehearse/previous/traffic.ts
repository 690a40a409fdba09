import { Agent } from 'node:http';
import type { Clock } from '../../context/clock.ts';
import type { SmokeRequest } from '../../project/project.ts';
import type { HttpAddress } from '../http/send-request.ts';
import { proxyAnswer, type ReleaseName } from '../rollout/rolling-proxy.ts';
import { type Exchange, Visitor } from '../smoke/visitor.ts';

/** One request of a user. */
export interface TrafficPoint {
  /** Epoch milliseconds of when it was sent. */
  readonly atMs: number;
  readonly ms: number;
  /** 0 when there was no answer. */
  readonly status: number;
  /** Which release it went to. */
  readonly release: ReleaseName;
}

/** All requests to one endpoint, in order. */
export interface EndpointTraffic {
  /** `POST /newsletter/`. */
  readonly endpoint: string;
  readonly points: readonly TrafficPoint[];
}

interface TrafficPlan {
  /** Of the proxy. */
  readonly address: HttpAddress;
  readonly host: string;
  readonly requests: readonly SmokeRequest[];
  /** Requests a second; absent: as many as the old release answers with ease. */
  readonly rps: number | undefined;
}

/** How long and how often a release is visited. */
interface Enough {
  readonly times: number;
  readonly minimumMs: number;
  readonly patienceMs: number;
}

/** Requests a second: at least, usually, so many for each endpoint, and at most. */
const usualPace = { least: 2, usual: 20, perEndpoint: 2.5, most: 60 } as const;
/** The share of its time that the old release may be busy with them, were it one worker. */
const easeShare = 0.5;

/** An answer that takes longer is none: gunicorn ends its workers after as long. */
const answerTimeoutMs = 30_000;
/** Of what is under way at the end, this long without an answer counts as none. */
const unansweredMs = 2000;

/**
 * Users behind the proxy: requests of the manifest in turn at a steady rate, whether or not those
 * before were answered, as people come who know nothing of each other. Connections to the proxy
 * stay open; cookies and logins are shared.
 */
export class Traffic {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #sending = new AbortController();
  readonly #over = new AbortController();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #endpoints: { readonly request: SmokeRequest; readonly points: TrafficPoint[] }[];
  readonly #visitor: Visitor;
  readonly #underWay = new Set<Promise<void>>();
  #rps: number | undefined;
  #loop: Promise<void> = Promise.resolve();
  #worstLagMs = 0;

  constructor({ address, host, requests, rps }: TrafficPlan, clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
    this.#endpoints = requests.map((request) => ({ request, points: [] }));
    this.#rps = rps;
    this.#visitor = new Visitor(
      { address, host, agent: this.#agent },
      this.#signal,
      answerTimeoutMs,
    );
  }

  /** Requests a second, once it has been decided. */
  get rps(): number {
    return this.#rps ?? usualPace.usual;
  }

  /** How late djdev itself was with a request at worst: on a busy machine nobody else is to blame. */
  get worstLagMs(): number {
    return this.#worstLagMs;
  }

  /** Sends every request once, in the order of the manifest: a login comes before its pages. */
  async warm(): Promise<readonly Exchange[]> {
    const exchanges: Exchange[] = [];
    const times: number[] = [];
    // The first one again: it has paid for imports and connections.
    for (const { request } of [...this.#endpoints, ...this.#endpoints.slice(0, 1)]) {
      const startedMs = this.#clock.monotonicMs();
      exchanges.push(await this.#visitor.send(request));
      times.push(this.#clock.monotonicMs() - startedMs);
    }
    this.#rps ??= choosePace(times);
    return exchanges.slice(0, this.#endpoints.length);
  }

  start(): void {
    this.#loop = this.#send().catch(() => undefined);
  }

  /**
   * Resolves when `minimumMs` have passed and every endpoint of the release has answered `times`
   * requests that were sent after `fromMs` (epoch milliseconds, else now), or did not within
   * `patienceMs`.
   */
  async answered(
    { times, minimumMs, patienceMs }: Enough,
    { release = 'old', fromMs }: { readonly release?: ReleaseName; readonly fromMs?: number } = {},
  ): Promise<void> {
    const startedMs = this.#clock.now();
    const sinceMs = fromMs ?? startedMs;
    const counts = (): number[] =>
      this.#endpoints.map(
        ({ points }) =>
          points.filter((point) => point.atMs >= sinceMs && point.release === release).length,
      );
    for (;;) {
      const elapsedMs = this.#clock.now() - startedMs;
      const isEnough = elapsedMs >= minimumMs && counts().every((count) => count >= times);
      if (isEnough || elapsedMs > patienceMs) return;
      await this.#clock.sleep(10, this.#signal);
    }
  }

  /**
   * Ends all visits. What is under way has `patienceMs` more; of what then has no answer, only that
   * counts which has waited for long.
   */
  async stop(patienceMs = 0): Promise<readonly EndpointTraffic[]> {
    this.#sending.abort(new Error('The release was visited long enough.'));
    await this.#loop;
    if (patienceMs > 0 && this.#underWay.size > 0 && !this.#signal.aborted) {
      const patience = AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)]);
      const { promise, resolve } = Promise.withResolvers<void>();
      patience.addEventListener('abort', () => resolve(), { once: true });
      await Promise.race([promise, Promise.all(this.#underWay)]);
    }
    this.#over.abort(new Error('The release was visited long enough.'));
    await Promise.all(this.#underWay);
    this.#agent.destroy();
    return this.#endpoints.map(({ request, points }) => ({
      endpoint: `${request.method} ${request.path}`,
      points: points.toSorted((a, b) => a.atMs - b.atMs),
    }));
  }

  async #send(): Promise<void> {
    const signal = AbortSignal.any([this.#signal, this.#sending.signal]);
    const intervalMs = 1000 / this.rps;
    const startedMs = this.#clock.monotonicMs();
    for (let count = 0; ; count += 1) {
      const dueMs = startedMs + count * intervalMs;
      const waitMs = dueMs - this.#clock.monotonicMs();
      if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
      signal.throwIfAborted();
      this.#worstLagMs = Math.max(this.#worstLagMs, this.#clock.monotonicMs() - dueMs);
      const endpoint = this.#endpoints[count % this.#endpoints.length];
      if (endpoint === undefined) return;
      const visit = this.#ask(endpoint).finally(() => this.#underWay.delete(visit));
      this.#underWay.add(visit);
    }
  }

  async #ask({
    request,
    points,
  }: {
    readonly request: SmokeRequest;
    readonly points: TrafficPoint[];
  }): Promise<void> {
    const atMs = this.#clock.now();
    const startedMs = this.#clock.monotonicMs();
    const took = (): number => this.#clock.monotonicMs() - startedMs;
    try {
      const { response } = await this.#visitor.send(request);
      const release = response?.headers[proxyAnswer.release] === 'new' ? 'new' : 'old';
      const isAnswer =
        response !== undefined && response.headers[proxyAnswer.failure] === undefined;
      points.push({ atMs, ms: took(), status: isAnswer ? response.status : 0, release });
    } catch {
      // Over, or the run was interrupted: whoever waits for the traffic is told by the signal.
      const ms = took();
      if (ms < unansweredMs || !this.#over.signal.aborted) return;
      const release = this.#latestRelease();
      points.push({ atMs, ms, status: 0, release });
    }
  }

  /** Where a request without any answer went: where the last ones did. */
  #latestRelease(): ReleaseName {
    const points = this.#endpoints.flatMap((endpoint) => endpoint.points);
    return points.some(({ release }) => release === 'new') ? 'new' : 'old';
  }
}

/** Few enough that the release is idle half of the time, whatever else this machine does. */
function choosePace(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const medianMs = Math.max(1, sorted[Math.floor((sorted.length - 1) / 2)] ?? 1);
  const endpoints = times.length - 1;
  const wanted = Math.max(usualPace.usual, usualPace.perEndpoint * endpoints);
  const easy = (easeShare * 1000) / medianMs;
  return Math.round(Math.max(usualPace.least, Math.min(wanted, easy, usualPace.most)));
}
