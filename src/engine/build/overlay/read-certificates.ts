import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';

/** Files with further authorities, as the programs that read these variables know them. */
const certificateVariables = [
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'NODE_EXTRA_CA_CERTS',
] as const;

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** BuildKit's own limit for the value of a secret. */
const largestSecretBytes = 500 * 1024;

/**
 * PEM of every authority that is trusted here: those that variables name, the system's and Node's
 * own, each once, as far as a secret can hold.
 */
export async function readCertificates(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const files = new Set(certificateVariables.flatMap((name) => env[name] || []));
  const named = await Promise.all([...files].map((file) => readFile(file, 'utf8').catch(() => '')));
  const all = new Map<string, string>();
  let bytes = 0;
  for (const text of [
    ...named.flatMap((content) => content.match(certificatePattern) ?? []),
    ...getCACertificates('system'),
    ...getCACertificates('bundled'),
  ]) {
    const content = text.replace(/\s/g, '');
    if (all.has(content) || bytes + text.length >= largestSecretBytes) continue;
    all.set(content, text.trim());
    bytes += text.length + 1;
  }
  return `${[...all.values()].join('\n')}\n`;
}
