import { isTableExcluded } from './exclude-tables.ts';
import { plainTrailer } from './identify-dump.ts';

/** Statements, each on one line as pg_dump writes them, that name roles and databases of elsewhere. */
const left =
  /^(?:ALTER .* OWNER TO .*;|GRANT .*;|REVOKE .*;|ALTER DEFAULT PRIVILEGES .*;|SET SESSION AUTHORIZATION .*;|(?:CREATE|DROP|ALTER) DATABASE .*;|\\(?:connect|restrict|unrestrict)\b.*)$/u;
const copyStart = /^COPY (?:ONLY )?([^( ]+|"[^"]+"(?:\."[^"]+")?)(?: \(.*\))? FROM stdin;$/iu;
const copyEnd = Buffer.from('\n\\.\n');
const lineFeed = 0x0a;

/** What has gone through. */
export interface PlainDumpState {
  /** Whether it ended inside the rows of a table. */
  endsInRows: boolean;
  /** Whether the line came by with which `pg_dump` ends. */
  isComplete: boolean;
}

/**
 * Takes out of a plain dump what `pg_restore --no-owner --no-acl` leaves out, and the rows of
 * excluded tables. Rows go through as they are: only their end is looked for.
 */
export async function* cleanPlainDump(
  source: AsyncIterable<Buffer>,
  excluded: readonly string[],
  state: PlainDumpState,
): AsyncGenerator<Buffer> {
  const cleaner = createCleaner(excluded, state);
  for await (const chunk of source) yield* cleaner.take(chunk);
  yield* cleaner.end();
}

/** Where in the dump the cleaner is. */
interface Place {
  rows: 'none' | 'keep' | 'drop';
  isFirstRow: boolean;
  /** Statements stand behind an empty line; what looks like one in a function's body does not. */
  mayBegin: boolean;
}

function createCleaner(
  excluded: readonly string[],
  state: PlainDumpState,
): {
  readonly take: (chunk: Buffer) => readonly Buffer[];
  readonly end: () => readonly Buffer[];
} {
  let rest: Buffer = Buffer.alloc(0);
  const now: Place = { rows: 'none', isFirstRow: false, mayBegin: true };

  /** What of the rows in `rest` is whole, from `at`; ends the rows where they end. */
  const takeRows = (at: number, out: Buffer[]): number => {
    // A table without rows: the line end before `\.` has gone through already.
    const isEmpty = now.isFirstRow && rest.subarray(at, at + 3).equals(copyEnd.subarray(1));
    const found = isEmpty ? at - 1 : rest.indexOf(copyEnd, at);
    const isOver = isEmpty || found !== -1;
    // The end may be cut in two.
    const until = isOver ? found + copyEnd.length : Math.max(at, rest.length - copyEnd.length);
    if (now.rows === 'keep') out.push(rest.subarray(at, until));
    else if (isOver) out.push(copyEnd.subarray(1));
    if (isOver) now.rows = 'none';
    if (until > at) now.isFirstRow = false;
    return until;
  };

  /** What is to be passed on of a line outside rows. */
  const takeLine = (line: string): string => {
    if (now.mayBegin && left.test(line)) return '';
    now.mayBegin = line === '' || line.startsWith('--');
    if (line.includes(plainTrailer)) state.isComplete = true;
    const table = copyStart.exec(line)?.[1];
    if (table !== undefined) {
      now.isFirstRow = true;
      now.rows = isTableExcluded(table, excluded) ? 'drop' : 'keep';
    }
    return `${line}\n`;
  };

  const isInRows = (): boolean => now.rows !== 'none';

  return {
    take(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const out: Buffer[] = [];
      let at = 0;
      for (;;) {
        if (isInRows()) {
          at = takeRows(at, out);
          if (isInRows()) break;
        }
        let lines = '';
        let end = rest.indexOf(lineFeed, at);
        while (end !== -1 && !isInRows()) {
          lines += takeLine(rest.toString('utf8', at, end));
          at = end + 1;
          end = rest.indexOf(lineFeed, at);
        }
        if (lines !== '') out.push(Buffer.from(lines));
        if (!isInRows()) break;
      }
      rest = rest.subarray(at);
      state.endsInRows = isInRows();
      return out;
    },
    end() {
      if (rest.includes(plainTrailer)) state.isComplete = true;
      return rest.length === 0 ? [] : [rest];
    },
  };
}
