import type { SuspiciousFile } from './suspicious-file.ts';

/** What one layer brings and removes. Paths are absolute. */
export interface LayerContents {
  readonly suspicious: readonly Pick<SuspiciousFile, 'kind' | 'path' | 'what'>[];
  /** Every file with its bytes. */
  readonly files: ReadonlyMap<string, number>;
  /** Paths that a whiteout of this layer removes. */
  readonly removed: readonly string[];
  /** Directories whose earlier contents an opaque whiteout hides. */
  readonly emptied: readonly string[];
}

/**
 * Follows the suspicious files through the layers, first layer first: each path once, where it
 * appears first, with the layer that removes it for good. Of a `.git` only the directory is named.
 */
export function followLayers(layers: readonly LayerContents[]): readonly SuspiciousFile[] {
  const found = new Map<string, SuspiciousFile>();
  for (const [index, layer] of layers.entries()) {
    const number = index + 1;
    for (const [path, file] of found) {
      if (file.removedInLayer === undefined && isRemoved(path, layer)) {
        found.set(path, { ...file, removedInLayer: number });
      }
    }
    for (const { kind, path, what } of layer.suspicious) {
      const named = kind === 'git' ? path.slice(0, path.indexOf('/.git') + '/.git'.length) : path;
      const earlier = found.get(named);
      found.set(named, {
        kind,
        path: named,
        layer: earlier?.layer ?? number,
        removedInLayer: undefined,
        ...(what === undefined ? {} : { what }),
      });
    }
  }
  return [...found.values()];
}

/** What a layer weighs, and how much of it a later layer hides. */
export interface LayerWeight {
  readonly files: number;
  readonly bytes: number;
  /** Of files that a later layer overwrites or removes: still pulled, never seen. */
  readonly wastedBytes: number;
  /** The largest of these files, with the layer that hides each. */
  readonly wasted: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly by: number;
  }[];
}

const shownWaste = 10;

/** Weighs the layers, first layer first. */
export function weighLayers(layers: readonly LayerContents[]): readonly LayerWeight[] {
  const present = new Map<string, { readonly layer: number; readonly bytes: number }>();
  const wasted = layers.map((): LayerWeight['wasted'][number][] => []);
  const hide = (path: string, by: number): void => {
    const earlier = present.get(path);
    if (earlier === undefined) return;
    wasted[earlier.layer]?.push({ path, bytes: earlier.bytes, by: by + 1 });
    present.delete(path);
  };
  for (const [index, layer] of layers.entries()) {
    if (layer.removed.length > 0 || layer.emptied.length > 0) {
      const removed = new Set(layer.removed);
      const emptied = new Set(layer.emptied);
      for (const path of present.keys()) if (isBelow(path, removed, emptied)) hide(path, index);
    }
    for (const [path, bytes] of layer.files) {
      hide(path, index);
      present.set(path, { layer: index, bytes });
    }
  }
  return layers.map(({ files }, index) => {
    const hidden = wasted[index] ?? [];
    return {
      files: files.size,
      bytes: sum([...files.values()]),
      wastedBytes: sum(hidden.map(({ bytes }) => bytes)),
      wasted: hidden.toSorted((a, b) => b.bytes - a.bytes).slice(0, shownWaste),
    };
  });
}

function isBelow(
  path: string,
  removed: ReadonlySet<string>,
  emptied: ReadonlySet<string>,
): boolean {
  if (removed.has(path)) return true;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const parent = path.slice(0, end);
    if (removed.has(parent) || emptied.has(parent)) return true;
  }
  return false;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function isRemoved(path: string, { removed, emptied }: LayerContents): boolean {
  return (
    removed.some((gone) => path === gone || path.startsWith(`${gone}/`)) ||
    emptied.some((directory) => path.startsWith(`${directory}/`))
  );
}
