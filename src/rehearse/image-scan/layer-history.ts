import type { SuspiciousFile } from './suspicious-file.ts';

/** What one layer brings and removes. Paths are absolute. */
export interface LayerContents {
  readonly suspicious: readonly { readonly kind: SuspiciousFile['kind']; readonly path: string }[];
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
    for (const { kind, path } of layer.suspicious) {
      const named = kind === 'git' ? path.slice(0, path.indexOf('/.git') + '/.git'.length) : path;
      const earlier = found.get(named);
      found.set(named, {
        kind,
        path: named,
        layer: earlier?.layer ?? number,
        removedInLayer: undefined,
      });
    }
  }
  return [...found.values()];
}

function isRemoved(path: string, { removed, emptied }: LayerContents): boolean {
  return (
    removed.some((gone) => path === gone || path.startsWith(`${gone}/`)) ||
    emptied.some((directory) => path.startsWith(`${directory}/`))
  );
}
