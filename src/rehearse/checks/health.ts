import type { Finding } from '../../report/finding.ts';
import { isSamePath } from '../health/judge-answer.ts';

/** An answer of the health URL that is no healthy one. */
export interface UnhealthyAnswer {
  readonly path: string;
  readonly status: number;
  /** Value of the Location header. */
  readonly location: string | undefined;
  /** Host header that was sent. */
  readonly host: string;
  /** The path is the declared health URL, not one that was only tried. */
  readonly isDeclared: boolean;
  /** The failed request as text: curl line, body, log lines. */
  readonly evidence: string;
}

/** The application runs, but its health URL does not say so. */
export function healthUnhealthy(answer: UnhealthyAnswer): Finding {
  const { path, status, evidence } = answer;
  const { title, hint } = explainAnswer(answer);
  return {
    code: 'health-unhealthy',
    // Without a declared URL a 404 says nothing bad: there may be no page to find.
    level: isUnknownPage(answer) ? 'warn' : 'fail',
    step: 'boot',
    title: title ?? `The health URL ${path} answers ${status}.`,
    detail: evidence,
    hint,
  };
}

/** The server answers, and no usual path is there: nothing to hold against a release. */
export function isUnknownPage({
  isDeclared,
  status,
}: Pick<UnhealthyAnswer, 'isDeclared' | 'status'>): boolean {
  return !isDeclared && [401, 403, 404, 405].includes(status);
}

function explainAnswer(answer: UnhealthyAnswer): { title?: string; hint: string } {
  const { path, status, location, host, evidence } = answer;
  if (isUnknownPage(answer)) {
    return {
      title: 'The application answers, but no health URL was found.',
      hint: 'Name one in djdev.yaml: processes.web.health, a page that is 200 when all is well.',
    };
  }
  if (status === 400 || /DisallowedHost|Invalid HTTP_HOST header/.test(evidence)) {
    return {
      hint:
        `ALLOWED_HOSTS of the production settings does not hold “${host}”. Add it, or set ` +
        'rehearse.host in djdev.yaml to a host that is there. Platforms often ask with the ' +
        "container's address as host: then answer the health URL before Django checks the host.",
    };
  }
  if (status >= 300 && status < 400) return { hint: explainRedirect(path, location ?? '') };
  if (status === 401 || status === 403) {
    return { hint: `Let ${path} answer without a login: a platform has no account.` };
  }
  if (status === 404) {
    return {
      hint: `There is no page at ${path}. Correct processes.web.health in djdev.yaml, or add a URL.`,
    };
  }
  return { hint: explainServerError(path, evidence) };
}

function explainRedirect(path: string, location: string): string {
  if (isSamePath(location, path)) {
    return (
      'It redirects to itself: SECURE_SSL_REDIRECT is on, but Django does not know that the ' +
      "request came by https. Set SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')."
    );
  }
  return (
    `It redirects to ${location}. A platform takes that for unhealthy: name the final URL, or add ` +
    'the path to SECURE_REDIRECT_EXEMPT or to the exceptions of what redirects.'
  );
}

function explainServerError(path: string, evidence: string): string {
  const table = /relation "([^"]+)" does not exist/.exec(evidence)?.[1];
  if (table !== undefined) {
    return `The table ${table} is missing: run migrate in rehearse.release.`;
  }
  if (/Missing staticfiles manifest entry/.test(evidence)) {
    return 'Static files were not collected: run collectstatic in the Dockerfile or in a release step.';
  }
  return (
    `${path} fails. When the lines above hold no traceback, the production LOGGING hides errors: ` +
    'give the logger “django” a console handler.'
  );
}
