/**
 * Whether the rows of a table are to be left out. A pattern names a table, with its schema or
 * without; `*` stands for any characters. The name may be quoted.
 */
export function isTableExcluded(name: string, patterns: readonly string[]): boolean {
  const plain = name.replaceAll('"', '');
  const table = plain.slice(plain.indexOf('.') + 1);
  return patterns.some((pattern) => {
    const matcher = new RegExp(
      `^${pattern
        .split('*')
        .map((part) => part.replaceAll(/[$()+.?[\\\]^{|}]/gu, String.raw`\$&`))
        .join('.*')}$`,
      'u',
    );
    return matcher.test(pattern.includes('.') ? plain : table);
  });
}

/**
 * The list of an archive (`pg_restore -l`) without the rows of excluded tables, which `-L` reads.
 * `undefined` when nothing is to be left out.
 */
export function excludeFromList(list: string, patterns: readonly string[]): string | undefined {
  let left = 0;
  const lines = list.split('\n').map((line) => {
    const [, schema, table] = /^\d+; \d+ \d+ TABLE DATA (\S+) (\S+)/u.exec(line) ?? [];
    if (table === undefined || !isTableExcluded(`${schema}.${table}`, patterns)) return line;
    left += 1;
    return `;${line}`;
  });
  return left === 0 ? undefined : lines.join('\n');
}
