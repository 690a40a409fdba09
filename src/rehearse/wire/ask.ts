import { proxyHeaders } from '../application.ts';
import {
  type HttpAddress,
  type HttpRequest,
  type HttpResponse,
  sendRequest,
} from '../http/send-request.ts';

/** A request whose answer matters for its headers. */
interface Question {
  readonly path: string;
  readonly method?: string;
  /** Beside those of the TLS proxy, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Straight to the container, as a platform's probe comes: without what a proxy adds. */
  readonly direct?: true;
  readonly body?: string;
}

/** A question and its answer; no answer when the connection broke or took too long. */
export interface Answered {
  readonly request: HttpRequest;
  readonly response: HttpResponse | undefined;
}

export type Ask = (question: Question) => Promise<Answered>;

const answerTimeoutMs = 10_000;

/** Asks one question after another, without cookies and without following redirects. */
export function createAsk(address: HttpAddress, host: string, signal: AbortSignal): Ask {
  return async ({ path, method = 'GET', headers = {}, direct, body }) => {
    const base = direct ? {} : proxyHeaders(host);
    const request: HttpRequest = {
      method,
      path,
      headers: { ...base, ...headers },
      ...(body === undefined ? {} : { body }),
    };
    const within = AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]);
    try {
      return { request, response: await sendRequest(address, request, within) };
    } catch {
      signal.throwIfAborted();
      return { request, response: undefined };
    }
  };
}
