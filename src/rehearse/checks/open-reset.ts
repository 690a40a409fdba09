import type { Finding } from '../../report/finding.ts';

/** With every name allowed, whoever asks for a password mail chooses where its link leads. */
export function checkOpenReset(path: string | undefined, host: string): readonly Finding[] {
  return [
    {
      code: 'host-not-checked',
      level: path === undefined ? 'warn' : 'fail',
      step: 'http',
      title:
        path === undefined
          ? 'Requests are served under any name: ALLOWED_HOSTS holds *.'
          : `Whoever sends a request to ${path} chooses the host of the link in the password mail.`,
      detail:
        path === undefined
          ? 'Unless the proxy refuses other names, links in mails and caches can be led elsewhere.'
          : `ALLOWED_HOSTS holds *, and ${path} takes an address: the mail links to the Host of that request.`,
      hint: `ALLOWED_HOSTS = ["${host}"]`,
    },
  ];
}
