import { type Derived, deriveFrom } from './derived.ts';
import type { ProjectSources, SourceFile } from './project-sources.ts';

/** The variable that ALLOWED_HOSTS is read from, and what separates the hosts in it. */
export interface HostsVariable {
  readonly name: string;
  readonly separator: ',' | ' ';
}

export function deriveHostsVariable(
  sources: ProjectSources,
  root: string,
): Derived<HostsVariable> | undefined {
  for (const file of sources.settings) {
    const match =
      /^ALLOWED_HOSTS\b[^\n]*?=[^"'\n]*(?:environ\[|\()\s*["']([A-Z][A-Z0-9_]*)["']([^\n]*)/m.exec(
        file.text,
      );
    if (match?.[1] === undefined) continue;
    const isSpaced = /split\(\s*(["'] ["'])?\s*\)/.test(match[2] ?? '');
    return deriveFrom({ name: match[1], separator: isSpaced ? ' ' : ',' }, file, match.index, root);
  }
  return undefined;
}

/** The public host in a list of allowed hosts that stands in the settings themselves. */
export function deriveWrittenHost(
  sources: ProjectSources,
  root: string,
): Derived<string> | undefined {
  const isProduction = ({ path }: SourceFile): boolean => /prod/.test(path);
  const others = sources.settings.filter((file) => !isProduction(file));
  for (const file of [...sources.settings.filter(isProduction), ...others]) {
    const match = /^ALLOWED_HOSTS\b[^=\n]*=\s*[[(]([^\])]*)[\])]/m.exec(file.text);
    const hosts = [...(match?.[1] ?? '').matchAll(/(["'])(.*?)\1/g)].map(([, , host]) => host);
    const host = pickHost(hosts.join(' '));
    if (match && host !== undefined) return deriveFrom(host, file, match.index, root);
  }
  return undefined;
}

/** Names that only the machine itself answers to. */
const local = /^(localhost|127\.|0\.0\.0\.0|\[|\.)/;

/** The public host in a list of allowed hosts; `.example.com` becomes `www.example.com`. */
export function pickHost(allowedHosts: string): string | undefined {
  const hosts = allowedHosts.split(/[\s,;]+/).filter((host) => host !== '' && !host.includes('*'));
  const plain = hosts.find((host) => !local.test(host));
  if (plain !== undefined) return plain;
  const wildcard = hosts.find((host) => /^\.[^.]+\./.test(host));
  return wildcard === undefined ? undefined : `www${wildcard}`;
}
