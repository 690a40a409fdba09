/** What a CHECK says about one column, as far as it can be read off its text. */
export interface ColumnHints {
  /** SQL literals, one of which the column has to be. */
  readonly choices?: readonly string[];
  readonly least?: Bound;
  readonly most?: Bound;
  readonly leastLength?: number;
  /** A regular expression that the text has to match. */
  readonly pattern?: string;
}

/** An end of a range, as an SQL literal. */
export interface Bound {
  readonly literal: string;
  readonly included: boolean;
}

/** A column that has to be smaller than another one of the same row. */
export interface ColumnOrder {
  readonly smaller: string;
  readonly greater: string;
}

/**
 * Reads hints off expressions as `pg_get_expr` and `pg_get_partition_constraintdef` write them.
 * Only a guess: the expressions themselves decide which rows are inserted.
 */
export function readColumnHints(expressions: readonly string[], quotedColumn: string): ColumnHints {
  let hints: ColumnHints = {};
  for (const expression of expressions) hints = { ...hints, ...readOne(expression, quotedColumn) };
  return hints;
}

/** The orders of columns that expressions ask for. */
export function readColumnOrders(expressions: readonly string[]): readonly ColumnOrder[] {
  return expressions.flatMap((expression) => {
    const { text } = simplify(expression);
    return [...text.matchAll(/("[^"]+"|[a-z_]\w*)\s*(<=?|>=?)\s*("[^"]+"|[a-z_]\w*)/gu)].map(
      ([, left = '', operator = '', right = '']) =>
        operator.startsWith('<')
          ? { smaller: left, greater: right }
          : { smaller: right, greater: left },
    );
  });
}

interface Simplified {
  /** Without casts and parentheses around single things; literals are `§n§`. */
  readonly text: string;
  readonly literals: readonly string[];
}

const typeName =
  '(?:character varying|bit varying|double precision|time(?:stamp)?(?:\\(\\d\\))? with(?:out)? time zone' +
  '|(?:"[^"]+"|[a-z_]\\w*)(?:\\.(?:"[^"]+"|[a-z_]\\w*))?)';
const cast = new RegExp(`::${typeName}(?:\\(\\d+(?:, ?\\d+)?\\))?(?:\\[\\])*`, 'gu');

function simplify(expression: string): Simplified {
  const literals: string[] = [];
  let text = expression.replaceAll(/ ?E?'(?:[^']|'')*'/gu, (literal) => {
    literals.push(literal.trim());
    return ` §${literals.length - 1}§`;
  });
  text = text.replaceAll(cast, '');
  let before;
  do {
    before = text;
    text = text.replaceAll(/(?<![\w"])\((\s*(?:-?[\d.]+|§\d+§|"[^"]+"|[a-z_]\w*)\s*)\)/gu, '$1');
  } while (text !== before);
  return { text: text.replaceAll(/\s+/gu, ' '), literals };
}

function readOne(expression: string, column: string): ColumnHints {
  const { text, literals } = simplify(expression);
  const name = column.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
  const own = `(?<![\\w."])${name}(?![\\w"])`;
  const value = String.raw`(-?\d[\d.]*|§\d+§)`;
  const literalOf = (found: string | undefined): string | undefined => {
    const place = /^§(\d+)§$/u.exec(found ?? '')?.[1];
    return place === undefined ? found : literals[Number(place)];
  };
  const all = (pattern: string): readonly RegExpExecArray[] => [
    ...text.matchAll(new RegExp(pattern, 'gu')),
  ];
  const listed = all(`${own} (?:= ANY|IN) \\(+(?:ARRAY\\[)?([^\\])]*)`)[0]?.[1];
  const equal = all(`${own} = ${value}`).map((match) => match[1]);
  const choices = (listed?.split(',').map((item) => item.trim()) ?? equal)
    .map(literalOf)
    .filter((literal) => literal !== undefined && literal !== '');
  const lengths = all(`(?:char_|character_)?length\\(${own}\\) (>=?) (\\d+)`)[0];
  const pattern = literalOf(all(`${own} (?:~\\*?) (§\\d+§)`)[0]?.[1]);
  const least = bound(all(`${own} (>=?) ${value}`)[0], literalOf);
  const most = bound(all(`${own} (<=?) ${value}`)[0], literalOf);
  return {
    ...(choices.length > 0 && { choices: choices as readonly string[] }),
    ...(least && { least }),
    ...(most && { most }),
    ...(lengths && { leastLength: Number(lengths[2]) + (lengths[1] === '>' ? 1 : 0) }),
    ...(pattern && { pattern: unquote(pattern) }),
  };
}

function bound(
  match: RegExpExecArray | undefined,
  literalOf: (found: string | undefined) => string | undefined,
): Bound | undefined {
  const literal = literalOf(match?.[2]);
  return literal === undefined ? undefined : { literal, included: match?.[1]?.length === 2 };
}

function unquote(literal: string): string {
  const text = literal.replace(/^E?'/u, '').replace(/'$/u, '').replaceAll("''", "'");
  return literal.startsWith('E') ? text.replaceAll('\\\\', '\\') : text;
}
