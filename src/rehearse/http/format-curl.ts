import type { HttpAddress, HttpRequest } from './send-request.ts';

/** The request as a command line that a person can paste; credentials are left out. */
export function formatCurl(address: HttpAddress, request: HttpRequest): string {
  const { method, path, headers, body } = request;
  const words = ['curl', '-i'];
  if (method === 'HEAD') words.push('--head');
  else if (method !== 'GET') words.push('-X', method);
  for (const [name, value] of Object.entries(headers)) {
    if (incidental.has(name)) continue;
    words.push('-H', quote(`${name}: ${isCredential(name) ? '…' : value}`));
  }
  if (body !== undefined) words.push('--data', quote(withoutCredentials(body)));
  words.push(quote(`http://${formatHost(address.host)}:${address.port}${path}`));
  return words.join(' ');
}

/** Sent because a proxy sends them; the answer hardly ever hangs on them. */
const incidental = new Set(['user-agent', 'x-forwarded-for', 'x-forwarded-host']);

function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
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
