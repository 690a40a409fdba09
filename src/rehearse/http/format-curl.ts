import type { HttpAddress, HttpRequest } from './send-request.ts';

/** The request as a command line that a person can paste; credentials are left out. */
export function formatCurl(address: HttpAddress, request: HttpRequest): string {
  const { method, path, headers, body } = request;
  const words = ['curl', '-i'];
  if (method === 'HEAD') words.push('--head');
  else if (method !== 'GET') words.push('-X', method);
  for (const [name, value] of Object.entries(headers)) {
    if (incidental.has(name) || (name === 'host' && value === hostOf(address))) continue;
    words.push('-H', quote(`${name}: ${isCredential(name) ? '…' : value}`));
  }
  if (body !== undefined) words.push('--data', quote(withoutCredentials(body)));
  words.push(quote(`${address.tls === true ? 'https' : 'http'}://${hostOf(address)}${path}`));
  return words.join(' ');
}

/** Sent because a proxy sends them; the answer hardly ever hangs on them. */
const incidental = new Set(['user-agent', 'x-forwarded-for', 'x-forwarded-host']);

/** As it stands in a URL: without the usual port. */
function hostOf({ host, port, tls }: HttpAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (tls === true ? 443 : 80) ? name : `${name}:${port}`;
}

function isCredential(name: string): boolean {
  return /^(authorization|cookie|x-csrftoken|x-api-key)$/i.test(name);
}

/** Values of form fields and JSON keys whose names speak of secrets. */
function withoutCredentials(body: string): string {
  return body
    .replace(/((?:^|&)[^=&]*(?:password|secret|token)[^=&]*=)[^&]*/gi, '$1…')
    .replace(/("[^"]*(?:password|secret|token)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi, '$1"…"');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
