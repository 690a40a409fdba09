import type { Manifest } from './manifest.ts';
import type { KeyPath } from './manifest-file.ts';
import type { Expected } from './smoke.ts';

/** An expected value as the manifest has it. */
export type DeclaredExpected =
  | string
  | number
  | boolean
  | {
      readonly matches?: string | undefined;
      readonly contains?: string | undefined;
      readonly equals?: string | number | boolean | null | undefined;
      readonly min?: number | undefined;
      readonly max?: number | undefined;
    };

/** Where a value stands, and whether a text with slashes around it is only that. */
interface Reading {
  readonly manifest: Manifest;
  readonly keys: KeyPath;
  readonly isLiteral?: boolean;
}

/** What a value has to be; notes regular expressions and mappings that cannot be used. */
export function readExpected(declared: DeclaredExpected, reading: Reading): Expected {
  if (typeof declared === 'string') return readText(declared, reading);
  if (typeof declared !== 'object') return { kind: 'equals', value: declared };
  return readMapping(declared, reading);
}

/**
 * A text between slashes is a regular expression when there is something in it that a path does not
 * have: `/static/` is a text, `/^text\/html/` is not.
 */
function readText(declared: string, reading: Reading): Expected {
  if (declared === 'absent' || declared === 'exists') return { kind: declared };
  if (reading.isLiteral === true) return { kind: 'contains', text: declared };
  return readPattern(declared, reading) ?? { kind: 'contains', text: declared };
}

/** A text of the body: `absent` and `exists` are words like others there. */
export function readBodyText(
  declared: string | { readonly matches?: string | undefined },
  reading: Reading,
): Expected {
  if (typeof declared !== 'string') return readMapping(declared, reading);
  return readPattern(declared, reading) ?? { kind: 'contains', text: declared };
}

function readPattern(declared: string, reading: Reading): Expected | undefined {
  const [, pattern, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(declared) ?? [];
  if (pattern === undefined || !/[\\^$*+?()[\]{}|]/.test(pattern)) return undefined;
  return checkPattern(pattern, flags, reading);
}

function readMapping(
  declared: Exclude<DeclaredExpected, string | number | boolean>,
  reading: Reading,
): Expected {
  const { matches, contains, equals, min, max } = declared;
  const kinds = [matches, contains, equals, min ?? max].filter((one) => one !== undefined);
  if (kinds.length !== 1) {
    reading.manifest.report(
      reading.keys,
      `needs one of matches, contains, equals, or min and max, and has ${kinds.length === 0 ? 'none' : 'several'}.`,
      'Write { matches: "^shop-" } or { min: 1 }.',
    );
  }
  if (matches !== undefined) return checkPattern(matches, '', reading);
  if (contains !== undefined) return { kind: 'contains', text: contains };
  if (equals !== undefined) return { kind: 'equals', value: equals };
  return {
    kind: 'between',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

/** Notes a regular expression that JavaScript does not take. */
export function checkPattern(
  pattern: string,
  flags: string,
  { manifest, keys }: Reading,
): Extract<Expected, { kind: 'matches' }> {
  try {
    RegExp(pattern, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(': ').at(-1) : '';
    manifest.report(
      keys,
      `has a regular expression that cannot be read: ${reason}.`,
      'A text with slashes at both ends and characters such as ^ or * in it is one; { contains: … } is a text.',
    );
    return { kind: 'matches', pattern: '$', flags: '' };
  }
  return { kind: 'matches', pattern, flags };
}
