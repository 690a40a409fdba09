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
  /** As it may be shown. */
  readonly request: HttpRequest;
  /** Absent when the connection broke; `failure` then says how. */
  readonly response: HttpResponse | undefined;
  readonly failure: string | undefined;
  /** The application took the request and never answered it. */
  readonly isHung: boolean;
}

/** What a visitor sends: a request of the manifest without what is expected. */
export type SentRequest = Pick<SmokeRequest, 'method' | 'path' | 'headers' | 'form' | 'json'>;

/** Where a visitor goes, and as whom. */
interface Visit {
  readonly address: HttpAddress;
  readonly host: string;
  readonly agent?: Agent;
  /** Where the visitor believes to be; `https://` and the host when left out. */
  readonly origin?: string;
  /** Sent with every request; those of a TLS proxy when left out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `Set-Cookie` lines that the visitor has from before. */
  readonly cookies?: readonly string[];
}

interface SendOptions {
  /** The request as it may be shown, where it holds what may not be. */
  readonly shown?: SentRequest;
  /** Send the CSRF token that earlier answers brought, where there is one. */
  readonly carriesToken?: boolean;
}

/** How long one answer may take by default: as long as gunicorn lets a worker be silent. */
const answerTimeoutMs = 30_000;

/** As many as browsers follow, and no more than anybody needs. */
const redirectLimit = 10;

/**
 * A visitor behind the TLS proxy: keeps cookies, and answers Django's CSRF protection as a
 * browser does.
 */
export class Visitor {
  readonly #address: HttpAddress;
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number;
  readonly #agent: Agent | undefined;
  readonly #cookies = new CookieJar();
  #pageToken: string | undefined;

  constructor(visit: Visit, signal: AbortSignal, timeoutMs = answerTimeoutMs) {
    const { address, host, agent, origin, headers, cookies = [] } = visit;
    this.#address = address;
    this.#origin = origin ?? `https://${host}`;
    this.#headers = headers ?? proxyHeaders(host);
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    this.#agent = agent;
    this.#cookies.store(cookies);
  }

  /** Fetches a page or an asset. */
  get(path: string): Promise<Exchange> {
    return this.#send({ method: 'GET', path, headers: {} });
  }

  /** The value of a cookie. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  /** Sends a request of the manifest; before one that writes, the page with its form is fetched. */
  async send(request: SentRequest, { shown, carriesToken }: SendOptions = {}): Promise<Exchange> {
    const writes = request.form !== undefined || request.json !== undefined;
    const token = writes ? await this.#findToken(request.path, carriesToken === true) : undefined;
    const exchange = await this.#send(this.#prepare(request, token));
    if (shown === undefined) return exchange;
    const { method, path, headers, body } = this.#prepare(shown, token);
    const written = { ...exchange.request.headers, ...headers };
    const displayed = { method, path, headers: written, ...(body === undefined ? {} : { body }) };
    return { ...exchange, request: displayed };
  }

  /** Goes where redirects lead to, as far as they stay on the site; answers the last exchange. */
  async follow(exchange: Exchange): Promise<Exchange> {
    let last = exchange;
    for (let hops = 0; hops < redirectLimit; hops += 1) {
      const { status = 0, headers = {} } = last.response ?? {};
      const target = headers['location'];
      if (status < 300 || status > 399 || target === undefined) return last;
      const from = new URL(last.request.path, this.#origin).href;
      if (!URL.canParse(target, from)) return last;
      const { origin, pathname, search } = new URL(target, from);
      if (origin !== new URL(this.#origin).origin) return last;
      last = await this.get(pathname + search);
    }
    return { ...last, response: undefined, failure: `more than ${redirectLimit} redirects` };
  }

  #prepare({ method, path, headers, form, json }: SentRequest, token?: string): HttpRequest {
    if (form === undefined && json === undefined) return { method, path, headers };
    const writing = {
      origin: this.#origin,
      referer: this.#origin + path,
      ...(token === undefined ? {} : { 'x-csrftoken': token }),
    };
    if (form === undefined) {
      const type = { 'content-type': 'application/json', accept: 'application/json' };
      const body = JSON.stringify(json);
      return { method, path, headers: { ...type, ...writing, ...headers }, body };
    }
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const fields = token === undefined ? form : { csrfmiddlewaretoken: token, ...form };
    const body = new URLSearchParams(fields).toString();
    return { method, path, headers: { ...type, ...writing, ...headers }, body };
  }

  /** The token of the page's form, else of the cookie; `undefined` where there is no protection. */
  async #findToken(path: string, carries: boolean): Promise<string | undefined> {
    // The cookie first: Django gives another token at login, and forms of before are then too old.
    const carried = carries ? (this.#cookies.get('csrftoken') ?? this.#pageToken) : undefined;
    if (carried !== undefined) return carried;
    const page = await this.get(path);
    const html = page.response?.body.toString('utf8') ?? '';
    return findCsrfToken(html) ?? this.#cookies.get('csrftoken');
  }

  async #send(wanted: HttpRequest): Promise<Exchange> {
    const cookie = this.#cookies.header();
    const request: HttpRequest = {
      ...wanted,
      headers: {
        ...this.#headers,
        ...(cookie === undefined ? {} : { cookie }),
        ...wanted.headers,
      },
    };
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(this.#timeoutMs)]);
    try {
      const response = await sendRequest(this.#address, request, signal, this.#agent);
      this.#cookies.store(response.cookies);
      this.#keepToken(response);
      return { request, response, failure: undefined, isHung: false };
    } catch (failure) {
      this.#signal.throwIfAborted();
      const isHung = failure instanceof Error && failure.name === 'TimeoutError';
      return { request, response: undefined, failure: this.#describe(failure), isHung };
    }
  }

  #keepToken({ headers, body }: HttpResponse): void {
    if (!(headers['content-type'] ?? '').startsWith('text/html')) return;
    this.#pageToken = findCsrfToken(body.toString('utf8')) ?? this.#pageToken;
  }

  #describe(failure: unknown): string {
    if (failure instanceof Error && failure.name === 'TimeoutError') {
      return `no answer within ${this.#timeoutMs / 1000} s`;
    }
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : '';
    if (code === 'ECONNREFUSED') return 'the connection was refused';
    if (code === 'ECONNRESET') return 'the connection was closed without an answer';
    // What Node adds for its own users is not for those of djdev.
    return failure instanceof Error
      ? failure.message.replace(/; if the root CA.*/, '')
      : String(failure);
  }
}
