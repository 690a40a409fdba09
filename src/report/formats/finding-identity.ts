import { createHash } from 'node:crypto';
import type { Finding } from '../finding.ts';
import { maskChanging } from '../mask-changing.ts';

/** What a finding is called from run to run, so that others can tell new from known. */
export interface FindingIdentity {
  /** For people: unique in a run, without what differs between runs. */
  readonly name: string;
  /** 32 hexadecimal digits made of code, name of the file and name; lines may move. */
  readonly fingerprint: string;
}

/** Names stand in lists. */
const nameLimitCharacters = 140;

/** The identity of every finding, in the order of the findings. */
export function identifyFindings(findings: readonly Finding[]): readonly FindingIdentity[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, title, location }) => {
    const stable = maskChanging(title);
    // Where the repository lies, and what of it is checked out, is no part of what was found.
    const file = location?.file.split('/').at(-1) ?? '';
    const key = [code, file, stable].join('\n');
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    const again = count === 1 ? '' : ` (${count})`;
    const name = `${code}: ${shorten(stable)}${again}`;
    return { name, fingerprint: digest(key + again) };
  });
}

function shorten(text: string): string {
  if (text.length <= nameLimitCharacters) return text;
  return `${text.slice(0, nameLimitCharacters - 1).trimEnd()}…`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
