/** One statement of a script. */
export interface ScriptStatement {
  readonly sql: string;
  /** Where its first word stands; from 1. */
  readonly line: number;
}

/**
 * The statements of a script of SQL, split as psql does it: at semicolons outside of strings,
 * quoted names, dollar quotes, comments, parentheses and the bodies of `BEGIN ATOMIC … END`. What
 * holds only comments is no statement, and neither are psql's own commands and `COPY … FROM stdin`
 * with its rows, so that a dump can be a set-up. Pure.
 */
export function splitStatements(script: string): readonly ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  let from = 0;
  let first: number | undefined;
  let depth = 0;
  let atomic = 0;
  const end = (until: number): void => {
    if (first !== undefined) {
      const sql = script.slice(first, until).trim();
      statements.push({ sql, line: countLines(script, from, first, statements.at(-1)) });
      from = first;
    }
    first = undefined;
    depth = 0;
    atomic = 0;
  };
  for (let at = 0; at < script.length;) {
    const skipped = skipComment(script, at);
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const char = script.charAt(at);
    if (char === ';' && depth === 0 && atomic === 0) {
      const data = first === undefined ? undefined : skipCopiedRows(script, first, at);
      if (data === undefined) end(at);
      else first = undefined;
      at = data ?? at + 1;
      continue;
    }
    if (char === '\\' && first === undefined) {
      at = skipLine(script, at);
      continue;
    }
    if (/\s/u.test(char)) {
      at++;
      continue;
    }
    first ??= at;
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth = Math.max(0, depth - 1);
    const token = readToken(script, at);
    if (depth === 0 && isRoutine(script, first)) atomic += nestingOf(script, at, token, atomic);
    at = Math.max(at + 1, token);
  }
  end(script.length);
  return statements;
}

/** The line of `at`, counted on from the statement before: a script is read once. */
function countLines(
  script: string,
  from: number,
  at: number,
  before: ScriptStatement | undefined,
): number {
  let line = before?.line ?? 1;
  for (let i = before ? from : 0; i < at; i++) if (script.charAt(i) === '\n') line++;
  return line;
}

function skipLine(script: string, at: number): number {
  const end = script.indexOf('\n', at);
  return end === -1 ? script.length : end + 1;
}

/** The end of the rows behind `COPY … FROM stdin;`, which ends at `until`. */
function skipCopiedRows(script: string, first: number, until: number): number | undefined {
  if (!/^copy\b[\s\S]*\bfrom\s+stdin\b/iu.test(script.slice(first, until))) return undefined;
  const end = script.indexOf('\n\\.', until);
  return end === -1 ? script.length : skipLine(script, end + 1);
}

/** The end of a comment that begins at `at`; comments in `/* *\/` nest. */
function skipComment(script: string, at: number): number | undefined {
  if (script.startsWith('--', at)) return skipLine(script, at);
  if (!script.startsWith('/*', at)) return undefined;
  let depth = 0;
  for (let i = at; i < script.length; i++) {
    if (script.startsWith('/*', i)) {
      depth++;
      i++;
    } else if (script.startsWith('*/', i)) {
      depth--;
      i++;
      if (depth === 0) return i + 1;
    }
  }
  return script.length;
}

const word = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const dollarQuote = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

/** The end of what begins at `at`: a string, a quoted name, a word, or one character. */
function readToken(script: string, at: number): number {
  const char = script.charAt(at);
  if (char === "'") return skipQuoted(script, at, "'", false);
  if (char === '"') return skipQuoted(script, at, '"', false);
  if (char === '$') {
    const [quote] = matchAt(dollarQuote, script, at) ?? [];
    if (quote === undefined) return at + 1;
    const end = script.indexOf(quote, at + quote.length);
    return end === -1 ? script.length : end + quote.length;
  }
  const [found] = matchAt(word, script, at) ?? [];
  if (found === undefined) return at + 1;
  const isEscape = /^e$/iu.test(found) && script.charAt(at + 1) === "'";
  return isEscape ? skipQuoted(script, at + 1, "'", true) : at + found.length;
}

function skipQuoted(script: string, at: number, quote: string, escapes: boolean): number {
  for (let i = at + 1; i < script.length; i++) {
    if (escapes && script.charAt(i) === '\\') i++;
    else if (script.charAt(i) === quote) {
      if (script.charAt(i + 1) !== quote) return i + 1;
      i++;
    }
  }
  return script.length;
}

function matchAt(pattern: RegExp, script: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(script);
}

/** Whether the statement that begins at `first` may have a body of statements. */
function isRoutine(script: string, first: number): boolean {
  return /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/iu.test(
    script.slice(first, first + 60),
  );
}

/** How a word changes the nesting of `BEGIN ATOMIC`, `CASE` and `END`. */
function nestingOf(script: string, at: number, until: number, depth: number): number {
  const text = script.slice(at, until).toLowerCase();
  if (text === 'begin') return /^begin\s+atomic\b/iu.test(script.slice(at, at + 40)) ? 1 : 0;
  if (depth === 0) return 0;
  if (text === 'case') return 1;
  return text === 'end' ? -1 : 0;
}
