import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';

/** Whether a form of the site's own page can be sent through the TLS proxy. */
export function checkCsrfAnswer(
  path: string,
  host: string,
  response: Pick<HttpResponse, 'status' | 'body'> | undefined,
  /** What the application wrote meanwhile. */
  log: readonly string[],
): readonly Finding[] {
  if (response?.status !== 403) return [];
  const text = response.body.toString('utf8');
  const line = log.findLast((item) => /CSRF|Origin checking|Referer checking/iu.test(item));
  if (line === undefined && !/csrf/iu.test(text)) return [];
  return [
    {
      code: 'csrf-refused',
      level: 'fail',
      step: 'http',
      title: `No form can be sent: ${path} refuses its own token behind the TLS proxy.`,
      detail: [
        `POST ${path} with the token and the cookie of the page, Origin: https://${host}: 403`,
        ...(line === undefined ? [] : [line.trim().slice(0, 300)]),
      ].join('\n'),
      hint: `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https"), so that Django knows that the page came by https; or CSRF_TRUSTED_ORIGINS = ["https://${host}"].`,
    },
  ];
}
