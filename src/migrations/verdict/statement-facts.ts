/** What kind of statement it is, as far as advice depends on it. */
export type StatementKind =
  | 'data'
  | 'truncate'
  | 'add-column'
  | 'add-generated'
  | 'add-serial'
  | 'alter-type'
  | 'set-not-null'
  | 'add-check'
  | 'add-foreign-key'
  | 'add-column-foreign-key'
  | 'add-unique'
  | 'add-primary-key'
  | 'primary-key-using-index'
  | 'add-exclusion'
  | 'validate'
  | 'create-index'
  | 'create-unique-index'
  | 'drop-index'
  | 'reindex'
  | 'attach-partition'
  | 'detach-partition'
  | 'vacuum'
  | 'other';

const name = '("(?:[^"]|"")+"|[\\w$]+)';
const column = `\\bcolumn\\s+(?:if\\s+not\\s+exists\\s+)?${name}`;

/** In order: the first pattern that fits decides. Only advice depends on it, no verdict. */
const patterns: readonly (readonly [StatementKind, RegExp])[] = [
  ['truncate', /^truncate\b/u],
  ['vacuum', /^(?:vacuum|cluster)\b/u],
  ['reindex', /^reindex\b/u],
  ['data', /^(?:insert|update|delete|merge|select|with|copy|values|table)\b/u],
  ['create-unique-index', /^create\s+unique\s+index\b/u],
  ['create-index', /^create\s+index\b/u],
  ['drop-index', /^drop\s+index\b/u],
  ['validate', /\bvalidate\s+constraint\b/u],
  ['attach-partition', /\battach\s+partition\b/u],
  ['detach-partition', /\bdetach\s+partition\b/u],
  ['add-exclusion', /\bexclude\s+(?:using\b|\()/u],
  ['add-generated', /\bgenerated\s+always\s+as\s*\(/u],
  ['add-serial', /\badd\b.*\b(?:small|big)?serial\b/u],
  ['add-serial', /\badd\b.*\bgenerated\b.*\bas\s+identity\b/u],
  ['alter-type', /\balter\s+(?:column\s+)?\S+\s+(?:set\s+data\s+)?type\b/u],
  ['set-not-null', /\bset\s+not\s+null\b/u],
  ['primary-key-using-index', /\bprimary\s+key\s+using\s+index\b/u],
  ['add-primary-key', /\bprimary\s+key\b/u],
  ['add-column-foreign-key', /\badd\s+(?:column\b|"?\w+"?\s+\w+).*\breferences\b/u],
  ['add-foreign-key', /\bforeign\s+key\b/u],
  ['add-unique', /\bunique\b/u],
  ['add-check', /\badd\b.*\bcheck\s*\(/u],
  ['add-column', /\badd\b/u],
];

/** What a statement is. Pure. */
export function classifyStatement(sql: string): StatementKind {
  const text = stripComments(sql).toLowerCase();
  const isForeignKey = /\badd\s+(?:constraint\s+\S+\s+)?foreign\s+key\b/u.test(text);
  if (isForeignKey) return 'add-foreign-key';
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
}

/** Whether it only reads and writes rows. */
export function isDataStatement(sql: string): boolean {
  return classifyStatement(sql) === 'data';
}

/** The statement without comments and blank space around them, on one line. */
export function stripComments(sql: string): string {
  return sql
    .replaceAll(/\/\*[\s\S]*?\*\//gu, ' ')
    .replaceAll(/--[^\n]*/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** The column that a statement is about, as far as one can be found. */
export function findColumn(sql: string): string | undefined {
  const text = stripComments(sql);
  return unquote(
    new RegExp(column, 'iu').exec(text)?.[1] ??
      new RegExp(`\\b(?:foreign\\s+key|unique|primary\\s+key)\\s*\\(\\s*${name}`, 'iu').exec(
        text,
      )?.[1] ??
      new RegExp(
        `\\bon\\s+(?:only\\s+)?[\\w".]+\\s*(?:using\\s+\\w+\\s*)?\\(\\s*${name}`,
        'iu',
      ).exec(text)?.[1] ??
      new RegExp(`\\balter\\s+(?!table\\b)${name}\\s+(?:type|set)\\b`, 'iu').exec(text)?.[1],
  );
}

/** The constraint or index that a statement makes. */
export function findConstraint(sql: string): string | undefined {
  const text = stripComments(sql);
  return unquote(
    new RegExp(`\\bconstraint\\s+(?:if\\s+not\\s+exists\\s+)?${name}`, 'iu').exec(text)?.[1] ??
      new RegExp(
        `\\bindex\\s+(?:concurrently\\s+)?(?:if\\s+(?:not\\s+)?exists\\s+)?(?!on\\b)${name}`,
        'iu',
      ).exec(text)?.[1],
  );
}

function unquote(text: string | undefined): string | undefined {
  return text?.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** A statement short enough for a sentence. */
export function shorten(sql: string, characters = 70): string {
  const text = stripComments(sql);
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}
