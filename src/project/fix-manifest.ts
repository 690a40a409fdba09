import { checkShape } from './check-shape.ts';
import { type KeyPath, parseManifestFile } from './manifest-file.ts';
import { manifestSchema } from './manifest-schema.ts';
import { formatKeyPath } from './validate-manifest.ts';

/** A key that was written anew. */
interface ManifestFix {
  /** `app.settngs`, as it was. */
  readonly key: string;
  readonly meant: string;
  /** From 1. */
  readonly line: number;
}

/** A manifest with what could be put right in it; the same text where nothing could. */
export interface FixedManifest {
  readonly text: string;
  readonly fixes: readonly ManifestFix[];
}

/**
 * Writes keys that the schema does not know as the keys that were most likely meant. Nothing else
 * of the text changes, comments and order included. A key whose right name is there as well stays,
 * because only a person knows which of the two holds. Throws `DJ-MANIFEST-SYNTAX`.
 */
export function fixManifest(text: string, file: string): FixedManifest {
  const fixes: ManifestFix[] = [];
  let fixed = text;
  // What stands below a misspelt key is only looked at once the key is known.
  for (;;) {
    const next = fixFirst(fixed, file);
    if (next === undefined) return { text: fixed, fixes };
    fixed = next.text;
    fixes.push(next.fix);
  }
}

function fixFirst(
  text: string,
  file: string,
): { readonly text: string; readonly fix: ManifestFix } | undefined {
  const source = parseManifestFile(text, file);
  const lines = text.split('\n');
  for (const { path, meant } of checkShape(manifestSchema, source.value).issues) {
    const { line = 1, column = 1 } = source.locateKey(path);
    const key = String(path.at(-1));
    if (meant === undefined || source.has(siblingOf(path, meant))) continue;
    const old = lines[line - 1] ?? '';
    const [before, rest] = [old.slice(0, column - 1), old.slice(column - 1)];
    // Through an alias or a merge key the place is another key's.
    const written = [key, `"${key}"`, `'${key}'`].find((form) => rest.startsWith(form));
    if (written === undefined) continue;
    lines[line - 1] = `${before}${meant}${rest.slice(written.length)}`;
    return { text: lines.join('\n'), fix: { key: formatKeyPath(path), meant, line } };
  }
  return undefined;
}

function siblingOf(path: KeyPath, name: string): KeyPath {
  return [...path.slice(0, -1), name];
}
