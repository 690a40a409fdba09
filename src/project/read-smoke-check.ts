import type { Manifest } from './manifest.ts';
import type { ManifestContent } from './manifest-schema.ts';
import type { KeyPath } from './manifest-file.ts';
import { readCapture } from './read-capture.ts';
import { type DeclaredExpected, readBodyText, readExpected } from './read-expected.ts';
import type { Expected, SmokeCheck } from './smoke.ts';

/** One entry of `rehearse.smoke`, in its long form. */
export type DeclaredEntry = NonNullable<NonNullable<ManifestContent['rehearse']>['smoke']>[number];
/** One request: an entry, or one of its steps. */
export type DeclaredRequest = Omit<DeclaredEntry, 'steps' | 'as' | 'warn' | 'import'>;

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** Headers that hold an address, in which slashes are no regular expression. */
const addresses = new Set(['location', 'content-location']);

/** One request with its defaults; `undefined`, and a note, when it names no path or two. */
export function readSmokeCheck(
  declared: DeclaredRequest,
  manifest: Manifest,
  keys: KeyPath,
): SmokeCheck | undefined {
  const used = methods.filter((method) => declared[method] !== undefined);
  const [method] = used;
  if (method === undefined || used.length > 1) {
    const found = used.length === 0 ? 'none' : used.join(' and ');
    manifest.report(
      keys,
      `needs one of ${methods.join(', ')}, and has ${found}.`,
      'Write “get: /path”.',
    );
    return undefined;
  }
  const { json, jsonPath } = readJson(declared, method, manifest, keys);
  const hasBody = declared.form !== undefined || json !== undefined;
  if (declared.form !== undefined && json !== undefined) {
    manifest.report([...keys, 'json'], 'stands beside form, and a request has one body.');
  } else if (hasBody && (method === 'get' || method === 'head')) {
    manifest.report(keys, `sends a body with ${method}.`, 'Use post, put, patch or delete.');
  }
  return {
    name: declared.name,
    method: method.toUpperCase(),
    path: declared[method] ?? '/',
    headers: readFields(declared.send),
    form: declared.form && readFields(declared.form),
    json,
    follow: declared.follow ?? false,
    repeat: declared.repeat ?? 1,
    maxMs: declared.maxMs,
    maxQueries: declared.queries?.max,
    capture: readCaptures(declared, manifest, keys),
    expect: {
      status: readStatus(declared),
      headers: readHeaders(declared, manifest, keys),
      contains: readBodyTexts(declared.contains, manifest, [...keys, 'contains']),
      absent: readBodyTexts(declared.absent, manifest, [...keys, 'absent']),
      select: readAll(declared.select, manifest, [...keys, 'select']),
      jsonPath: readAll(jsonPath, manifest, [...keys, 'jsonpath']),
      location: readLocation(declared, manifest, keys),
    },
    location: manifest.locate(keys),
  };
}

/**
 * `json` is a body to send. With a method that sends none, a mapping of JSON paths under it is what
 * the answer must hold.
 */
function readJson(
  declared: DeclaredRequest,
  method: string,
  manifest: Manifest,
  keys: KeyPath,
): { readonly json: unknown; readonly jsonPath: DeclaredRequest['jsonpath'] } {
  const { json, jsonpath } = declared;
  const isQuestion =
    (method === 'get' || method === 'head') &&
    typeof json === 'object' &&
    json !== null &&
    Object.keys(json).length > 0 &&
    Object.keys(json).every((key) => key.startsWith('$'));
  if (!isQuestion) return { json, jsonPath: jsonpath };
  const entries = Object.entries(json).filter(([key, value]) => {
    if (isExpected(value)) return true;
    manifest.report(
      [...keys, 'json', key],
      'is neither a text, a number nor a mapping with matches, contains, equals, min or max.',
      'Write { "$.count": { min: 1 } }.',
    );
    return false;
  });
  return { json: undefined, jsonPath: { ...jsonpath, ...Object.fromEntries(entries) } };
}

function isExpected(value: unknown): value is DeclaredExpected {
  if (['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const types: Readonly<Record<string, readonly string[]>> = {
    matches: ['string'],
    contains: ['string'],
    equals: ['string', 'number', 'boolean', 'object'],
    min: ['number'],
    max: ['number'],
  };
  return Object.entries(value).every(([key, held]) => types[key]?.includes(typeof held) === true);
}

function readStatus({ status, location }: DeclaredRequest): Expected {
  if (typeof status === 'number') return { kind: 'equals', value: status };
  if (status !== undefined) {
    const { min = 100, max = 599 } = status;
    return { kind: 'between', min, max };
  }
  return location === undefined
    ? { kind: 'equals', value: 200 }
    : { kind: 'between', min: 300, max: 399 };
}

function readHeaders(
  { headers = {} }: DeclaredRequest,
  manifest: Manifest,
  keys: KeyPath,
): Readonly<Record<string, Expected>> {
  return Object.fromEntries(
    Object.entries(headers).map(([written, value]) => {
      const name = written.toLowerCase();
      const place = { manifest, keys: [...keys, 'headers', written] };
      return [name, readExpected(value, { ...place, isLiteral: addresses.has(name) })];
    }),
  );
}

function readLocation(
  { location }: DeclaredRequest,
  manifest: Manifest,
  keys: KeyPath,
): Expected | undefined {
  if (location === undefined) return undefined;
  if (typeof location === 'string') return { kind: 'equals', value: location };
  return readExpected(location, { manifest, keys: [...keys, 'location'] });
}

function readBodyTexts(
  declared: DeclaredRequest['contains'],
  manifest: Manifest,
  keys: KeyPath,
): readonly Expected[] {
  if (declared === undefined) return [];
  if (!Array.isArray(declared)) return [readBodyText(declared, { manifest, keys })];
  return declared.map((one, index) => readBodyText(one, { manifest, keys: [...keys, index] }));
}

function readAll(
  declared: Readonly<Record<string, DeclaredExpected>> | undefined,
  manifest: Manifest,
  keys: KeyPath,
): Readonly<Record<string, Expected>> {
  return Object.fromEntries(
    Object.entries(declared ?? {}).map(([name, value]) => [
      name,
      readExpected(value, { manifest, keys: [...keys, name] }),
    ]),
  );
}

function readCaptures(
  { capture = {} }: DeclaredRequest,
  manifest: Manifest,
  keys: KeyPath,
): SmokeCheck['capture'] {
  return Object.fromEntries(
    Object.entries(capture).flatMap(([name, source]) => {
      const read = readCapture(source, manifest, [...keys, 'capture', name]);
      return read === undefined ? [] : [[name, read]];
    }),
  );
}

function readFields(
  fields: Readonly<Record<string, string | number | boolean>> | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [name, String(value)]),
  );
}
