import type { Finding } from '../../report/finding.ts';
import type { ProbeRefusal } from '../rollout/ask-as-platform.ts';

/** The platform's own probe does not let the new release serve. */
export function gateRefused({ platform, path, host, status }: ProbeRefusal): Finding {
  const answer = status === 0 ? 'no answer' : String(status);
  return {
    code: 'rollout-gate-refused',
    level: 'fail',
    step: 'rollout',
    title: `${platform} would keep the old release: its probe of ${path} gets ${answer}.`,
    detail: `Host: ${host}, no X-Forwarded-Proto, as ${platform} asks; with the public host and https the release is healthy.`,
    hint: hintFor(status, path),
  };
}

function hintFor(status: number, path: string): string {
  if (status === 400) {
    return `Answer ${path} in a middleware before CommonMiddleware and before anything that calls get_host(), or let the platform send a Host of ALLOWED_HOSTS.`;
  }
  if (status === 404) {
    return `Add ${path} to the URLconf, or name the project’s own health URL in the platform’s file.`;
  }
  if (status >= 300 && status < 400) {
    return `Exempt the health URL: SECURE_REDIRECT_EXEMPT = [r"^${path.replace(/^\//u, '')}$"].`;
  }
  return 'Let the health URL answer requests that do not come through the proxy.';
}
