import type { Agent } from 'node:http';
import type { SmokeRequest } from '../../project/project.ts';
import { proxyHeaders } from '../application.ts';
import { CookieJar } from '../http/cookie-jar.ts';
import { findCsrfToken } from '../http/read-html.ts';
import {
  type HttpAddress,
  type HttpRequest,
  type HttpResponse,
  sendRequest,
} from '../http/send-request.ts';

/** One request and what came of it. */
export interface Exchange {
  readonly request: HttpRequest;
  /** Absent when the connection broke; `failure` then says how. */
  readonly response: HttpResponse | undefined;
  readonly failure: string | undefined;
  /** The application took the request and never answered it. */
  readonly isHung: boolean;
}

/** How long one answer may take by default: as long as gunicorn lets a worker be silent. */
const answerTimeoutMs = 30_000;

/**
 * A visitor behind the TLS proxy: keeps cookies, and answers Django's CSRF protection as a
 * browser does.
 */
export class Visitor {
  readonly #address: HttpAddress;
  readonly #host: string;
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number;
  readonly #agent: Agent | undefined;
  readonly #cookies = new CookieJar();

  constructor(
    {
      address,
      host,
      agent,
    }: { readonly address: HttpAddress; readonly host: string; readonly agent?: Agent },
    signal: AbortSignal,
    timeoutMs = answerTimeoutMs,
  ) {
    this.#address = address;
    this.#host = host;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    this.#agent = agent;
  }

  /** Fetches a page or an asset. */
  get(path: string): Promise<Exchange> {
    return this.#send({ method: 'GET', path, headers: {} });
  }

  /** Sends a request of the manifest; before one that writes, the page with its form is fetched. */
  async send({ method, path, headers, form, json }: SmokeRequest): Promise<Exchange> {
    if (form === undefined && json === undefined) return this.#send({ method, path, headers });
    const token = await this.#fetchCsrfToken(path);
    const origin = `https://${this.#host}`;
    const writing = {
      origin,
      referer: origin + path,
      ...(token === undefined ? {} : { 'x-csrftoken': token }),
    };
    if (form === undefined) {
      const type = { 'content-type': 'application/json', accept: 'application/json' };
      const body = JSON.stringify(json);
      return this.#send({ method, path, headers: { ...type, ...writing, ...headers }, body });
    }
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const fields = token === undefined ? form : { csrfmiddlewaretoken: token, ...form };
    const body = new URLSearchParams(fields).toString();
    return this.#send({ method, path, headers: { ...type, ...writing, ...headers }, body });
  }

  /** The token of the page's form, else of the cookie; `undefined` where there is no protection. */
  async #fetchCsrfToken(path: string): Promise<string | undefined> {
    const page = await this.get(path);
    const html = page.response?.body.toString('utf8') ?? '';
    return findCsrfToken(html) ?? this.#cookies.get('csrftoken');
  }

  async #send(wanted: HttpRequest): Promise<Exchange> {
    const cookie = this.#cookies.header();
    const request: HttpRequest = {
      ...wanted,
      headers: {
        ...proxyHeaders(this.#host),
        ...(cookie === undefined ? {} : { cookie }),
        ...wanted.headers,
      },
    };
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(this.#timeoutMs)]);
    try {
      const response = await sendRequest(this.#address, request, signal, this.#agent);
      this.#cookies.store(response.cookies);
      return { request, response, failure: undefined, isHung: false };
    } catch (failure) {
      this.#signal.throwIfAborted();
      const isHung = failure instanceof Error && failure.name === 'TimeoutError';
      return { request, response: undefined, failure: this.#describe(failure), isHung };
    }
  }

  #describe(failure: unknown): string {
    if (failure instanceof Error && failure.name === 'TimeoutError') {
      return `no answer within ${this.#timeoutMs / 1000} s`;
    }
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : '';
    if (code === 'ECONNREFUSED') return 'the connection was refused';
    if (code === 'ECONNRESET') return 'the connection was closed without an answer';
    return failure instanceof Error ? failure.message : String(failure);
  }
}
