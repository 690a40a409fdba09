import type { Finding } from '../../report/finding.ts';

/** A page as a visitor gets it. */
interface PageText {
  readonly path: string;
  readonly html: string;
}

/** Addresses in links, sources and forms; what a text says is nobody's mistake. */
const reference = /<[a-z][^>]*?\s(?:href|src|action)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/giu;

/** Links that lead visitors to this machine, or back to http. */
export function checkPageBodies(pages: readonly PageText[], host: string): readonly Finding[] {
  const name = host.split(':')[0] ?? host;
  const found = pages.flatMap(({ path, html }) =>
    [...html.replaceAll(/<!--[\s\S]*?-->/gu, '').matchAll(reference)].map(
      ([, double, single, bare]) => ({ path, url: double ?? single ?? bare ?? '' }),
    ),
  );
  const insecure = found.filter(({ url }) => isOn(url, 'http:', [name]));
  const local =
    name === 'localhost'
      ? []
      : found.filter(
          ({ url }) =>
            isOn(url, 'http:', ['localhost', '127.0.0.1', '0.0.0.0']) ||
            isOn(url, 'https:', ['localhost', '127.0.0.1']),
        );
  return [
    ...(insecure[0]
      ? [
          wrongLink(
            `${insecure[0].path} links to itself by http: ${insecure[0].url}`,
            insecure,
            'request.build_absolute_uri() takes the scheme from SECURE_PROXY_SSL_HEADER; links that are written out should begin with / or https.',
          ),
        ]
      : []),
    ...(local[0]
      ? [
          wrongLink(
            `${local[0].path} sends visitors to their own machine: ${local[0].url}`,
            local,
            'Build it from the request, or from a variable that production sets.',
          ),
        ]
      : []),
  ];
}

function isOn(url: string, protocol: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  return parsed.protocol === protocol && hosts.includes(parsed.hostname);
}

function wrongLink(
  title: string,
  found: readonly { readonly path: string; readonly url: string }[],
  hint: string,
): Finding {
  return {
    code: 'page-links-wrong',
    level: 'warn',
    step: 'http',
    title,
    detail: [...new Set(found.map(({ path, url }) => `${path}: ${url}`))].slice(0, 8).join('\n'),
    hint,
  };
}
