// `$$` is a dollar sign where a name follows; anywhere else a `$` is only that.
const reference = /\$(?:\$(?=[A-Za-z_{])|\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

/** A `$name` or `${name}` in a text. */
export interface Reference {
  readonly name: string;
  readonly isBraced: boolean;
}

/** The references of a text, in order. */
export function findReferences(text: string): readonly Reference[] {
  return [...text.matchAll(reference)].flatMap(([, braced, plain]) => {
    const name = braced ?? plain;
    return name === undefined ? [] : [{ name, isBraced: braced !== undefined }];
  });
}

/** Fills in the names that have a value; others stay as they are written. */
export function fillReferences(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(reference, (whole, braced?: string, plain?: string) => {
    const name = braced ?? plain;
    return name === undefined ? '$' : (values.get(name) ?? whole);
  });
}

/** The same for every text within a value as JSON has them. */
export function fillTexts(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return fillReferences(value, values);
  if (Array.isArray(value)) return value.map((item: unknown) => fillTexts(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillTexts(item, values)]),
  );
}

/** Every text within a value as JSON has them. */
export function listTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(listTexts);
}
