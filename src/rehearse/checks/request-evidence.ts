import { condenseLog } from './condense-log.ts';
import { formatCurl } from '../http/format-curl.ts';
import type { HttpAddress, HttpRequest, HttpResponse } from '../http/send-request.ts';

const shownCharacters = 300;
const shownLines = 15;

/** One request, what came back and what the application wrote meanwhile, as text for people. */
export function formatEvidence(exchange: {
  readonly address: HttpAddress;
  readonly request: HttpRequest;
  /** Absent when the connection broke. */
  readonly response: HttpResponse | undefined;
  /** What was expected against what came, one line each. */
  readonly differences?: readonly string[];
  /** The application's lines of that moment. */
  readonly log: readonly string[];
}): string {
  const { address, request, response, differences = [], log } = exchange;
  const body = response?.body.toString('utf8').slice(0, shownCharacters).trim() ?? '';
  const type = response?.headers['content-type'];
  const lines = condenseLog(log).slice(-shownLines);
  return [
    formatCurl(address, request),
    ...differences,
    ...(response === undefined ? [] : [`Answer: ${response.status}${type ? `, ${type}` : ''}`]),
    ...(body === '' ? [] : ['Body:', ...body.split('\n').map((line) => `  ${line}`)]),
    ...(lines.length === 0 ? [] : ['Log:', ...lines.map((line) => `  ${line}`)]),
  ].join('\n');
}
