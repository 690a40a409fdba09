import path from 'node:path';
import { isMap, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import type { Derived } from '../derived.ts';
import type { SourceFile } from '../project-sources.ts';

/** One document of a platform's YAML file. */
export interface YamlPlaces {
  /** What stands at a path of keys and indexes, with its line; `undefined` for nothing. */
  readonly find: (keys: readonly (string | number)[]) => Derived<unknown> | undefined;
}

/**
 * The documents of a YAML file that is not ours: templates (ERB, Helm) and mistakes make it
 * unreadable, and then there is none.
 */
export function readYamlPlaces(source: SourceFile, root: string): readonly YamlPlaces[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(source.text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  return (documents as readonly Document[])
    .filter(({ errors }) => errors.length === 0)
    .map((document) => ({
      find: (keys) => {
        const node = document.getIn(keys, true);
        const value: unknown =
          isMap(node) || isSeq(node) ? node.toJS(document) : document.getIn(keys);
        if (value === undefined || value === null) return undefined;
        const offset = (node as { range?: readonly number[] } | undefined)?.range?.[0];
        const { line, col } = lines.linePos(offset ?? 0);
        return {
          value,
          origin: {
            kind: 'derived',
            text: `${source.path}:${line}`,
            location: { file: path.join(root, source.path), line, column: col },
          },
        };
      },
    }));
}
