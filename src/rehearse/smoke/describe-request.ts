import type { AnswerReport, RequestReport } from '../../report/request-report.ts';
import { formatCurl } from '../http/format-curl.ts';
import type { HttpAddress, HttpResponse } from '../http/send-request.ts';
import type { Exchange } from './visitor.ts';

/** Enough of a debug page to see what happened, little enough for a report of many failures. */
const bodyLimitCharacters = 16_000;

/** An exchange as the report keeps it: of an answer that was expected only its size and time. */
export function describeRequest(
  address: HttpAddress,
  { request, response, failure }: Exchange,
  seen: Pick<RequestReport, 'kind' | 'ok' | 'ms'>,
): RequestReport {
  const { method, path } = request;
  return {
    ...seen,
    method,
    path,
    ms: Math.round(response?.ms ?? seen.ms),
    curl: formatCurl(address, request),
    ...(response === undefined ? {} : { status: response.status, bytes: response.body.length }),
    ...(failure === undefined ? {} : { failure }),
    ...(response === undefined || seen.ok ? {} : { answer: describeAnswer(response) }),
  };
}

function describeAnswer({ headers, body }: HttpResponse): AnswerReport {
  const type = headers['content-type'] ?? '';
  const isText = /^text\/|json|xml|javascript|urlencoded/.test(type);
  // Cookies open sessions; nobody needs them to see what was wrong.
  const { 'set-cookie': _, ...shown } = headers;
  return {
    headers: shown,
    body: isText ? body.toString('utf8').slice(0, bodyLimitCharacters) : '',
  };
}
