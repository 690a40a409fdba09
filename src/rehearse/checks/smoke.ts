import type { SourceLocation } from '../../errors/djdev-error.ts';
import type { Expected, SmokeExpectation } from '../../project/smoke.ts';
import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';
import { judgeJson } from '../smoke/judge-json.ts';
import { judgePage } from '../smoke/judge-page.ts';
import { describeExpected, matchesValue } from '../smoke/match-value.ts';

/** What an answer has else than expected, one line each; empty when all is as expected. */
export function compareAnswer(
  expect: SmokeExpectation,
  response: Pick<HttpResponse, 'status' | 'headers' | 'body'>,
  origin: string,
): readonly string[] {
  const body = response.body.toString('utf8');
  return [
    ...compareStatus(expect, response),
    ...compareLocation(expect.location, response.headers['location'], origin),
    ...expect.contains
      .filter((one) => !matchesValue(one, body))
      .map((one) => `Expected the body ${describeExpected(one)}.`),
    ...expect.absent
      .filter((one) => matchesValue(one, body))
      .map((one) => `Expected the body not ${describeExpected(one)}.`),
    ...Object.entries(expect.headers).flatMap(([name, one]) =>
      compareHeader(name, one, response.headers[name.toLowerCase()]),
    ),
    ...judgePage(body, expect.select),
    ...judgeJson(body, expect.jsonPath),
  ];
}

function compareStatus(
  { status: expected }: SmokeExpectation,
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
): readonly string[] {
  if (matchesValue(expected, status)) return [];
  const location = headers['location'];
  const to = location === undefined ? '' : ` to ${location}`;
  return [`Expected status ${describeStatus(expected)}, got ${status}${to}.`];
}

/** `200`, `200–299`. */
export function describeStatus(expected: Expected): string {
  if (expected.kind === 'between') return `${expected.min}–${expected.max}`;
  return expected.kind === 'equals' ? String(expected.value) : describeExpected(expected);
}

/** An address of the site itself is also known by its path. */
function compareLocation(
  expected: Expected | undefined,
  location: string | undefined,
  origin: string,
): readonly string[] {
  if (expected === undefined) return [];
  const own =
    location?.startsWith(`${origin}/`) === true ? location.slice(origin.length) : location;
  if (matchesValue(expected, location) || matchesValue(expected, own)) return [];
  const got = location === undefined ? 'none' : `“${location}”`;
  return [`Expected the location ${describeExpected(expected)}, got ${got}.`];
}

function compareHeader(
  name: string,
  expected: Expected,
  got: string | undefined,
): readonly string[] {
  if (matchesValue(expected, got)) return [];
  if (expected.kind === 'absent') return [`Expected no header ${name}, got “${got}”.`];
  if (got === undefined) return [`Expected the header ${name}, got none.`];
  return [`Expected the header ${name} ${describeExpected(expected)}, got “${got}”.`];
}

/** The 95th percentile of times, in milliseconds: the time that one in twenty is slower than. */
export function percentile95(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

/** A request whose answer is not what the manifest, or common sense, expects. */
export function smokeFailed(failed: {
  readonly method: string;
  readonly path: string;
  readonly differences: readonly string[];
  /** Request, answer and log lines as text. */
  readonly evidence: string;
  readonly status: number | undefined;
  readonly location: SourceLocation | undefined;
  /** The manifest says that a failure is a warning. */
  readonly isWarning?: boolean;
}): Finding {
  const { method, path, differences, evidence, status, location } = failed;
  return {
    code: 'smoke-failed',
    level: failed.isWarning === true ? 'warn' : 'fail',
    step: 'smoke',
    title: `${method} ${path}: ${lowerFirst(differences[0] ?? 'no answer.')}`,
    detail: evidence,
    hint: explainStatus(status, method, evidence),
    ...(location === undefined ? {} : { location }),
  };
}

function explainStatus(status: number | undefined, method: string, evidence: string): string {
  if (status === undefined) return explainSilence(evidence);
  const file = /Missing staticfiles manifest entry for ['"]([^'"]+)['"]/.exec(evidence)?.[1];
  if (file !== undefined) {
    return `A template names ${file}, which collectstatic did not find: correct the name, or add the file.`;
  }
  const table = /relation "([^"]+)" does not exist/.exec(evidence)?.[1];
  if (table !== undefined) return `The table ${table} is missing: run migrate in rehearse.release.`;
  if (status === 400) return 'ALLOWED_HOSTS may not hold the host, or the request is not valid.';
  if (status === 403 && method !== 'GET') {
    return (
      'Django refuses the form: CSRF_TRUSTED_ORIGINS must hold https://<rehearse.host>, and ' +
      'SECURE_PROXY_SSL_HEADER must be set behind a TLS proxy.'
    );
  }
  if (status === 301 || status === 302) {
    return 'Expect the redirect (status: 302), or ask for the URL that it leads to.';
  }
  if (status === 404) return 'Correct the path in djdev.yaml, or the URL configuration.';
  if (status >= 500) {
    return (
      'The log lines show the error. When there are none, the production LOGGING hides errors: ' +
      'give the logger “django” a console handler.'
    );
  }
  return 'Correct the page, or what djdev.yaml expects of it.';
}

/** Something that was asked for and could not be found out: it is not held for passed. */
export function smokeNotMeasured(seen: {
  /** `GET /orders/`, or the name of a test. */
  readonly what: string;
  /** The end of a sentence that begins with “because”. */
  readonly reason: string;
  readonly hint: string;
  readonly location: SourceLocation | undefined;
}): Finding {
  const { what, reason, hint, location } = seen;
  return {
    code: 'smoke-not-measured',
    level: 'warn',
    step: 'smoke',
    title: `${what}, because ${reason}.`,
    detail: '',
    hint,
    ...(location === undefined ? {} : { location }),
  };
}

/** A file of hurl whose requests were not answered as it asks for. */
export function hurlFailed(seen: {
  readonly name: string;
  readonly lines: readonly string[];
  readonly location: SourceLocation | undefined;
  readonly isWarning: boolean;
}): Finding {
  const { name, lines, location, isWarning } = seen;
  return {
    code: 'smoke-failed',
    level: isWarning ? 'warn' : 'fail',
    step: 'smoke',
    title: `${name}: ${lines.find((line) => line.startsWith('error:'))?.slice(7) ?? 'hurl failed'}.`,
    detail: lines.slice(0, 40).join('\n'),
    hint: 'hurl says which request and which line; {{url}} is where the application was.',
    ...(location === undefined ? {} : { location }),
  };
}

/** A command of `rehearse.setup` that ended badly. */
export function setupFailed(
  command: readonly string[],
  exitCode: number,
  output: readonly string[],
): Finding {
  return {
    code: 'smoke-setup-failed',
    level: 'fail',
    step: 'smoke',
    title: `${command.join(' ')} ended with exit code ${exitCode}.`,
    detail: output.slice(-15).join('\n'),
    hint: 'It runs in the booted application, before the smoke requests: rehearse.setup.',
  };
}

/** A page that nobody named, found among the URL patterns. */
export function pageCrashes(seen: {
  readonly path: string;
  readonly status: number | undefined;
  readonly failure: string | undefined;
  readonly evidence: string;
}): Finding {
  const { path, status, failure, evidence } = seen;
  // 503 is what a page answers that knows of its own that something is missing.
  const isOwn = status === 503;
  return {
    code: 'page-crashes',
    level: isOwn ? 'warn' : 'fail',
    step: 'smoke',
    title: `GET ${path}: ${status === undefined ? `no answer: ${failure}` : `status ${status}`}.`,
    detail: evidence,
    hint: isOwn
      ? 'It says itself that it is not available; name it under rehearse.smoke with the status that it should have.'
      : explainStatus(status, 'GET', evidence),
  };
}

function explainSilence(evidence: string): string {
  if (/certificate/.test(evidence)) {
    return 'For an authority of your own, name its certificate in NODE_EXTRA_CA_CERTS.';
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(evidence)) return 'Nobody knows this host: correct the URL.';
  if (/was refused/.test(evidence)) {
    return 'Nothing listens there: the server has ended, or was never started.';
  }
  return 'The worker may have ended while it answered: look at the log lines.';
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
