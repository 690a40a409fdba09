/** What a piece of a stream completed. */
interface JsonStreamOutput {
  readonly values: readonly unknown[];
  /** Lines outside of any object, for example buildx's closing `ERROR: …`. */
  readonly lines: readonly string[];
}

export interface JsonStreamDecoder {
  /** Takes text as the network or the pipe cut it. Throws `SyntaxError` on a broken object. */
  push(text: string): JsonStreamOutput;
  /** The end: an unfinished line counts as a line. */
  end(): JsonStreamOutput;
}

/**
 * Decodes objects that follow each other with or without line ends between or within them: the
 * engine and newer buildx write one a line, buildx 0.13 indents each over many.
 */
export function createJsonStreamDecoder(): JsonStreamDecoder {
  let pending = '';
  let scanned = 0;
  let depth = 0;
  let isInText = false;

  /** Moves on to the end of the object that `pending` begins with; -1 when it is not there yet. */
  const findObjectEnd = (): number => {
    for (; scanned < pending.length; scanned += 1) {
      const character = pending[scanned];
      if (isInText) {
        if (character === '\\') scanned += 1;
        else if (character === '"') isInText = false;
      } else if (character === '"') isInText = true;
      else if (character === '{') depth += 1;
      else if (character === '}') {
        depth -= 1;
        if (depth === 0) return scanned + 1;
      }
    }
    return -1;
  };

  const take = (isLast: boolean): JsonStreamOutput => {
    const values: unknown[] = [];
    const lines: string[] = [];
    for (;;) {
      if (depth === 0) pending = pending.trimStart();
      const isObject = pending.startsWith('{');
      const lineEnd = pending.indexOf('\n');
      const end = isObject ? findObjectEnd() : lineEnd;
      if (end !== -1) {
        const part = pending.slice(0, end);
        if (isObject) values.push(JSON.parse(part));
        else lines.push(part.trimEnd());
        pending = pending.slice(end);
        scanned = 0;
        continue;
      }
      if (isLast && pending !== '') lines.push(pending.trimEnd());
      return { values, lines };
    }
  };

  return {
    push(text) {
      pending += text;
      return take(false);
    },
    end: () => take(true),
  };
}
