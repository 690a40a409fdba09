import { readFile } from 'node:fs/promises';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { DjdevError, type SourceLocation } from '../errors/djdev-error.ts';
import { explainAliasError, explainYamlErrors } from './explain-yaml-error.ts';

/** Where in a manifest: mapping keys and list indexes from the top. */
export type KeyPath = readonly (string | number)[];

/** One YAML file with the place of everything in it. */
export interface ManifestFile {
  /** Absolute path. */
  readonly file: string;
  /** What the file says: a mapping. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Whether the file itself says something at this path. */
  has(path: KeyPath): boolean;
  /** The place of the key at the end of the path, or of the nearest key above it. */
  locateKey(path: KeyPath): SourceLocation;
  /** The place of the value at the end of the path, or of the nearest key above it. */
  locateValue(path: KeyPath): SourceLocation;
  /** A scalar as it is written, so that `007` and `False` stay what they are. */
  sourceText(path: KeyPath): string | undefined;
}

/** Reads one YAML file. Throws `DJ-PROJECT-NOT-FOUND` and `DJ-MANIFEST-SYNTAX`. */
export async function readManifestFile(file: string): Promise<ManifestFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new DjdevError('DJ-PROJECT-NOT-FOUND', {
      message: `The manifest ${file} cannot be read.`,
      hint: 'Check the path and that you may read the file.',
      location: { file },
      cause,
    });
  }
  return parseManifestFile(text, file);
}

/** The same for a text that is at hand. Throws `DJ-MANIFEST-SYNTAX`. */
export function parseManifestFile(text: string, file: string): ManifestFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'error',
  });
  const at = (offset: number): SourceLocation => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  if (document.errors.length > 0) throw explainYamlErrors(document.errors, at);
  return {
    file,
    value: readMapping(document, text, file),
    has: (path) => find(document, path).depth === path.length,
    locateKey: (path) => at(startOf(find(document, path).key)),
    locateValue: (path) => {
      const place = find(document, path);
      return at(startOf(place.depth === path.length ? (place.value ?? place.key) : place.key));
    },
    sourceText: (path) => {
      const { value, depth } = find(document, path);
      return depth === path.length && isScalar(value) ? value.source : undefined;
    },
  };
}

function readMapping(
  document: Document,
  text: string,
  file: string,
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    throw explainAliasError(cause, text, file);
  }
  if (value === null || value === undefined) return {};
  if (isMap(document.contents)) return value as Readonly<Record<string, unknown>>;
  throw new DjdevError('DJ-MANIFEST-SYNTAX', {
    message: `A manifest is a mapping of keys to values, and this file holds ${
      isSeq(document.contents) ? 'a list' : 'a single value'
    }.`,
    hint: 'Begin it with a key such as “name: shop”.',
    location: { file, line: 1, column: 1 },
  });
}

interface Place {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
  /** How many parts of the path exist. */
  readonly depth: number;
}

/** Follows a path as far as it exists, through aliases. */
function find(document: Document, path: KeyPath): Place {
  let place: Place = { key: document.contents ?? undefined, value: undefined, depth: 0 };
  let node = resolve(document, document.contents);
  for (const [index, part] of path.entries()) {
    const next = isMap(node) ? findInMap(node.items, part) : findInList(node, part);
    if (next === undefined) break;
    place = { ...next, depth: index + 1 };
    node = resolve(document, next.value);
  }
  return place;
}

function findInMap(
  items: readonly unknown[],
  part: string | number,
): Omit<Place, 'depth'> | undefined {
  for (const pair of items) {
    if (!isPair(pair) || !isScalar(pair.key) || String(pair.key.value) !== String(part)) continue;
    return { key: pair.key, value: isNode(pair.value) ? pair.value : undefined };
  }
  return undefined;
}

function findInList(node: unknown, part: string | number): Omit<Place, 'depth'> | undefined {
  const item: unknown = isSeq(node) && typeof part === 'number' ? node.items[part] : undefined;
  return isNode(item) ? { key: item, value: item } : undefined;
}

function resolve(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}
