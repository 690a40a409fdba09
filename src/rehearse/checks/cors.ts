import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';

/** The answer to a request that a script of another site has sent. */
export interface CorsAnswer {
  readonly path: string;
  readonly origin: string;
  readonly response: Pick<HttpResponse, 'headers' | 'status'>;
}

/** Origins that no application means to trust: a stranger, a sandbox, and names that look alike. */
export function strangeOrigins(host: string, allowed: readonly string[] = []): readonly string[] {
  const name = host.split(':')[0] ?? host;
  const alike = allowed.flatMap((origin) => [
    `${origin}.evil.example`,
    origin.replace(/^(https?:\/\/)/u, '$1evil-'),
    origin.replace(/^https:/u, 'http:'),
  ]);
  return [
    ...new Set(['https://evil.example', 'null', `https://${name}.evil.example`, ...alike]),
  ].filter((origin) => !allowed.includes(origin));
}

/** Sites that could read an answer although nobody declared them. */
export function checkStrangeOrigins(answers: readonly CorsAnswer[]): readonly Finding[] {
  const open = answers.filter(
    ({ origin, response }) => response.headers['access-control-allow-origin'] === origin,
  );
  const [first] = open;
  if (first === undefined) return [];
  const withCookies = open.find(
    ({ response }) => response.headers['access-control-allow-credentials'] === 'true',
  );
  const shown = withCookies ?? first;
  const list = open.map(({ path, origin }) => `${path} with Origin: ${origin}`);
  return [
    {
      code: 'cors-open',
      level: withCookies === undefined ? 'warn' : 'fail',
      step: 'http',
      title:
        withCookies === undefined
          ? `A script of any site can read ${shown.path}.`
          : `A script of any site can read ${shown.path} as the user who visits it.`,
      detail: [
        ...list.slice(0, 8),
        'answered with Access-Control-Allow-Origin: the same origin' +
          (withCookies === undefined ? '' : ', and Access-Control-Allow-Credentials: true'),
      ].join('\n'),
      hint:
        'List the origins in CORS_ALLOWED_ORIGINS. In CORS_ALLOWED_ORIGIN_REGEXES end each with $: ' +
        'without it https://example.com.evil.example fits too.',
    },
  ];
}

/** A declared origin, asked for simply and with a preflight. */
export interface AllowedOrigin {
  readonly path: string;
  readonly origin: string;
  readonly simple: Pick<HttpResponse, 'headers'> | undefined;
  readonly preflight: Pick<HttpResponse, 'headers' | 'status'> | undefined;
  readonly credentials: boolean;
}

/** What a declared front end could not do. */
export function checkAllowedOrigin(answers: AllowedOrigin): readonly Finding[] {
  const { path, origin, simple, preflight, credentials } = answers;
  const problems = [
    ...judgeHeaders('GET', simple?.headers, origin, credentials),
    ...judgeHeaders('OPTIONS', preflight?.headers, origin, credentials),
    ...(preflight && preflight.status >= 400 ? [`OPTIONS is answered ${preflight.status}`] : []),
  ];
  if (problems.length === 0) return [];
  return [
    {
      code: 'cors-refused',
      level: 'fail',
      step: 'http',
      title: `The front end at ${origin} cannot use ${path}.`,
      detail: problems.join('\n'),
      hint: `Add "${origin}" to CORS_ALLOWED_ORIGINS, and look whether CORS_URLS_REGEX fits ${path}.`,
    },
  ];
}

/** Errors and redirects that a declared front end is not told of: to it they are CORS errors. */
export function checkCorsErrors(
  origin: string,
  answers: readonly CorsAnswer[],
): readonly Finding[] {
  const bare = answers.filter(
    ({ response }) =>
      response.status >= 300 &&
      response.status < 500 &&
      response.headers['access-control-allow-origin'] === undefined,
  );
  const [first] = bare;
  if (first === undefined) return [];
  return [
    {
      code: 'cors-errors-hidden',
      level: 'warn',
      step: 'http',
      title: `The front end at ${origin} cannot see that ${first.path} is answered ${first.response.status}.`,
      detail: bare
        .map(
          ({ path, response }) => `${path}: ${response.status} without Access-Control-Allow-Origin`,
        )
        .join('\n'),
      hint: 'Move "corsheaders.middleware.CorsMiddleware" to the top of MIDDLEWARE, above whatever answers by itself, and let CORS_URLS_REGEX fit these paths.',
    },
  ];
}

function judgeHeaders(
  method: string,
  headers: HttpResponse['headers'] | undefined,
  origin: string,
  credentials: boolean,
): readonly string[] {
  if (headers === undefined) return [`${method} has no answer`];
  const allowed = headers['access-control-allow-origin'];
  if (allowed === '*' && !credentials) return [];
  if (allowed !== origin)
    return [`${method}: Access-Control-Allow-Origin is ${allowed ?? 'absent'}`];
  const vary = /origin/iu.test(headers['vary'] ?? '');
  const cookies = headers['access-control-allow-credentials'] === 'true';
  return [
    ...(vary || method === 'OPTIONS' ? [] : [`${method}: no “Vary: origin”`]),
    ...(credentials && !cookies ? [`${method}: no Access-Control-Allow-Credentials`] : []),
  ];
}
