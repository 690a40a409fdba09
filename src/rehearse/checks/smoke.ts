import type { SmokeRequest } from '../../project/project.ts';
import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';

/** What an answer has else than expected, one line each; empty when all is as expected. */
export function compareAnswer(
  expect: SmokeRequest['expect'],
  response: Pick<HttpResponse, 'status' | 'headers' | 'body'>,
): readonly string[] {
  const body = response.body.toString('utf8');
  const differences: string[] = [];
  if (response.status !== expect.status) {
    const location = response.headers['location'];
    const to = location === undefined ? '' : ` to ${location}`;
    differences.push(`Expected status ${expect.status}, got ${response.status}${to}.`);
  }
  for (const text of expect.contains) {
    if (!body.includes(text)) differences.push(`Expected the body to contain “${text}”.`);
  }
  for (const text of expect.absent) {
    if (body.includes(text)) differences.push(`Expected the body not to contain “${text}”.`);
  }
  for (const [name, wanted] of Object.entries(expect.headers)) {
    const got = response.headers[name.toLowerCase()];
    if (got === undefined) differences.push(`Expected the header ${name}, got none.`);
    else if (!got.includes(wanted)) {
      differences.push(`Expected the header ${name} to contain “${wanted}”, got “${got}”.`);
    }
  }
  return differences;
}

/** A request whose answer is not what the manifest, or common sense, expects. */
export function smokeFailed(failed: {
  readonly method: string;
  readonly path: string;
  readonly differences: readonly string[];
  /** Request, answer and log lines as text. */
  readonly evidence: string;
  readonly status: number | undefined;
  readonly location: SmokeRequest['location'];
}): Finding {
  const { method, path, differences, evidence, status, location } = failed;
  return {
    code: 'smoke-failed',
    level: 'fail',
    step: 'smoke',
    title: `${method} ${path}: ${lowerFirst(differences[0] ?? 'no answer.')}`,
    detail: evidence,
    hint: explainStatus(status, method, evidence),
    ...(location === undefined ? {} : { location }),
  };
}

function explainStatus(status: number | undefined, method: string, evidence: string): string {
  if (status === undefined) {
    return 'The worker may have ended while it answered: look at the log lines.';
  }
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

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
