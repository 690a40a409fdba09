import { deriveFrom } from '../derived.ts';
import type { SourceFile } from '../project-sources.ts';
import { convert, readPath, readSecondsMs, type TargetDraft } from './target-draft.ts';

/** One `key = value` of a TOML file, with the table it stands in. */
interface TomlEntry {
  /** `''` at the top; `http_service.checks` for `[[http_service.checks]]`. */
  readonly table: string;
  readonly key: string;
  readonly value: string | number;
  readonly index: number;
}

const httpCheckTables = /^(http_service\.checks|services\.http_checks|checks\..+)$/u;

/** What fly.toml says about the end of a Machine and about its HTTP checks. */
export function readFlyTarget(source: SourceFile, root: string): TargetDraft {
  const entries = readTomlScalars(source.text);
  const place = ({ value, index }: TomlEntry) => deriveFrom(value, source, index, root);
  const at = (table: string | undefined, key: string) => {
    const entry = entries.find((item) => item.table === table && item.key === key);
    return entry && place(entry);
  };
  const path = entries.find(({ table, key }) => key === 'path' && httpCheckTables.test(table));
  return {
    stopSignal: convert(at('', 'kill_signal'), (value) =>
      typeof value === 'string' ? value.toUpperCase() : undefined,
    ),
    graceMs: convert(at('', 'kill_timeout'), readSecondsMs),
    path: path && convert(place(path), readPath),
    headers: convert(at(path && `${path.table}.headers`, 'Host'), (host) => ({
      host: String(host),
    })),
    intervalMs: convert(at(path?.table, 'interval'), readMilliseconds),
    timeoutMs: convert(at(path?.table, 'timeout'), readMilliseconds),
  };
}

/** In a check a bare number is milliseconds, elsewhere in fly.toml seconds. */
function readMilliseconds(value: string | number): number | undefined {
  return typeof value === 'number' ? value : readSecondsMs(value);
}

/** The texts and numbers of a TOML file, one a line: all that is asked of it here. */
function readTomlScalars(text: string): readonly TomlEntry[] {
  const entries: TomlEntry[] = [];
  let table = '';
  let index = 0;
  for (const line of text.split('\n')) {
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$/u.exec(line)?.[1];
    const pair =
      /^\s*["']?([\w-]+)["']?\s*=\s*(?:"([^"]*)"|'([^']*)'|(\d+(?:\.\d+)?)\s*(?:#.*)?$)/u.exec(
        line,
      );
    if (header !== undefined) table = header;
    else if (pair?.[1] !== undefined) {
      const [, key, double, single, number] = pair;
      entries.push({ table, key, value: double ?? single ?? Number(number), index });
    }
    index += line.length + 1;
  }
  return entries;
}
