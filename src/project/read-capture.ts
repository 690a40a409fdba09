import type { Manifest } from './manifest.ts';
import type { KeyPath } from './manifest-file.ts';
import { checkPattern } from './read-expected.ts';
import type { CaptureSource } from './smoke.ts';

const known = 'json:$.id, css:h1, css:a.next@href, header:location, cookie:name or /id=(\\d+)/';

/** Where a captured value stands; notes what cannot be read. */
export function readCapture(
  declared: string,
  manifest: Manifest,
  keys: KeyPath,
): CaptureSource | undefined {
  const [, pattern, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(declared) ?? [];
  if (pattern !== undefined) return checkPattern(pattern, flags, { manifest, keys });
  const [, kind, rest = ''] = /^(\w+):\s*(.+)$/s.exec(declared) ?? [];
  switch (kind) {
    case 'json':
      return { kind, path: rest };
    case 'css': {
      // Attribute selectors may hold an @ of their own, but not at the end.
      const [, selector = rest, attribute] = /^(.+)@([\w-]+)$/s.exec(rest) ?? [];
      return { kind, selector, attribute };
    }
    case 'header':
      return { kind, name: rest.toLowerCase() };
    case 'cookie':
      return { kind, name: rest };
    default:
      manifest.report(keys, `captures from “${declared}”, which is no source.`, `Write ${known}.`);
      return undefined;
  }
}
