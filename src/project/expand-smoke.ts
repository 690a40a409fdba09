import type { KeyPath, ManifestFile } from './manifest-file.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Where the parts of an entry are that was written in short: by key of the long form. */
type Places = ReadonlyMap<string, KeyPath>;

const methods = 'GET|HEAD|POST|PUT|PATCH|DELETE';
const shortForm = new RegExp(String.raw`^\s*(${methods})\s+(\S+)\s*$`, 'i');

/**
 * The manifest with the short forms of `rehearse.smoke` (`GET / : 200`) written out, so that one
 * schema fits all. Places are still those of what a person wrote.
 */
export function expandSmoke(file: ManifestFile): ManifestFile {
  const { rehearse } = file.value;
  const list = isMapping(rehearse) ? rehearse['smoke'] : undefined;
  if (!isMapping(rehearse) || !Array.isArray(list)) return file;
  const places = new Map<string, Places>();
  const smoke = expandList(list, ['rehearse', 'smoke'], places);
  const find = (path: KeyPath): KeyPath => translate(path, places);
  // The path of a request is then the end of a key.
  const isPath = (path: KeyPath): boolean =>
    path.at(-1) !== 'status' && shortForm.test(String(find(path).at(-1)));
  return {
    file: file.file,
    value: { ...file.value, rehearse: { ...rehearse, smoke } },
    has: (path) => file.has(find(path)),
    locateKey: (path) => file.locateKey(find(path)),
    locateValue: (path) =>
      isPath(path) ? file.locateKey(find(path)) : file.locateValue(find(path)),
    sourceText: (path) => (isPath(path) ? undefined : file.sourceText(find(path))),
  };
}

function expandList(
  list: readonly unknown[],
  path: KeyPath,
  places: Map<string, Places>,
): readonly unknown[] {
  return list.map((entry, index) => {
    const expanded = expandEntry(entry, [...path, index], places);
    if (!isMapping(expanded) || !Array.isArray(expanded['steps'])) return expanded;
    const steps = expandList(expanded['steps'], [...path, index, 'steps'], places);
    return { ...expanded, steps };
  });
}

function expandEntry(entry: unknown, path: KeyPath, places: Map<string, Places>): unknown {
  if (typeof entry === 'string') {
    const parts = shortForm.exec(entry);
    return parts?.[1] === undefined ? entry : { [parts[1].toLowerCase()]: parts[2] };
  }
  if (!isMapping(entry)) return entry;
  const short = Object.keys(entry).find((key) => shortForm.test(key));
  if (short === undefined) return entry;
  const [, method = '', target = ''] = shortForm.exec(short) ?? [];
  const { [short]: value, ...beside } = entry;
  const inner = isMapping(value) ? value : value === null ? {} : { status: readStatus(value) };
  places.set(
    JSON.stringify(path),
    new Map([
      [method.toLowerCase(), [short]],
      ...Object.keys(inner).map((key): [string, KeyPath] => [
        key,
        isMapping(value) ? [short, key] : [short],
      ]),
    ]),
  );
  // Steps within it are found by the path that they have in the long form.
  return { [method.toLowerCase()]: target, ...inner, ...beside };
}

/** YAML makes a text of `"200"`. */
function readStatus(value: unknown): unknown {
  return typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
}

/** A path of the long form as the path of what was written. */
function translate(path: KeyPath, places: ReadonlyMap<string, Places>): KeyPath {
  for (const length of [5, 3]) {
    const place = places.get(JSON.stringify(path.slice(0, length)))?.get(String(path[length]));
    if (place) return [...path.slice(0, length), ...place, ...path.slice(length + 1)];
  }
  return path;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
