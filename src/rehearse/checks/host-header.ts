import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';

/** A name that is nobody's: what an attacker writes into the Host header. */
export const strangeHost = 'evil.example';

/** Whether a request under a strange name is served, and what is made of that name. */
export function checkStrangeHost(
  path: string,
  response: Pick<HttpResponse, 'status' | 'headers' | 'body'>,
): readonly Finding[] {
  const { status, headers, body } = response;
  if (status === 400 || status === 404 || status === 421) return [];
  const reflected = (headers['location'] ?? '').includes(strangeHost) || body.includes(strangeHost);
  if (status < 500 && !reflected) return [];
  return [
    {
      code: 'host-not-checked',
      level: 'fail',
      step: 'http',
      title: reflected
        ? `Whoever sends a request can choose the host in the links of ${path}.`
        : `A request with an unknown Host is answered ${status}.`,
      detail: `Host: ${strangeHost} was answered ${status}${reflected ? ', and the name stands in the answer' : ''}.`,
      hint: 'List the names of the site in ALLOWED_HOSTS: links in password mails are built from Host.',
    },
  ];
}

/** How a platform asks whether the container can serve: no proxy, its address as Host. */
export function checkDirectProbe(
  path: string,
  host: string,
  response: Pick<HttpResponse, 'status' | 'headers'> | undefined,
): readonly Finding[] {
  const status = response?.status;
  if (status !== undefined && status >= 200 && status < 300) return [];
  const location = response?.headers['location'];
  const hint =
    status === 400
      ? 'Answer the health URL in a middleware before CommonMiddleware and before anything that calls get_host(), or let the platform send a Host of ALLOWED_HOSTS.'
      : 'Exempt the health URL: SECURE_REDIRECT_EXEMPT = [r"^healthz/$"], without the first slash.';
  return [
    {
      code: 'health-refuses-probe',
      level: 'warn',
      step: 'http',
      title: `A platform that asks the container itself gets ${status ?? 'no answer'} from ${path}.`,
      detail: [
        `Host: ${host}, no X-Forwarded-Proto, as Kubernetes, Kamal and load balancers ask.`,
        ...(location === undefined ? [] : [`Location: ${location}`]),
      ].join('\n'),
      hint,
    },
  ];
}
