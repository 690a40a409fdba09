import { quoteText } from './quote-text.ts';

/** One place of a pattern: characters of which one is taken, how often at least. */
interface Place {
  readonly characters: string;
  readonly least: number;
  readonly most: number;
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const numerals = '0123456789';
const classes: Readonly<Record<string, string>> = {
  d: numerals,
  w: lower + numerals,
  s: ' ',
};

/**
 * An SQL expression that gives texts which match a simple regular expression, another one for each
 * value of `index`: characters, classes and repetitions, no alternatives or groups. `undefined` for
 * patterns that take more.
 */
export function matchPattern(pattern: string, index: string): string | undefined {
  const places = readPlaces(pattern.replace(/^\^/u, '').replace(/\$$/u, ''));
  if (places === undefined) return undefined;
  let stride = 1;
  const parts: string[] = [];
  for (const { characters, least, most } of places) {
    const length = Math.max(least, Math.min(most, 4));
    for (let times = 0; times < length; times += 1) {
      if (characters.length === 1) {
        parts.push(quoteText(characters));
        continue;
      }
      const digit = `(((${index} - 1) / ${stride}) % ${characters.length})::int + 1`;
      parts.push(`substr(${quoteText(characters)}, ${digit}, 1)`);
      if (stride < 1e12) stride *= characters.length;
    }
  }
  return parts.length === 0 ? undefined : parts.join(' || ');
}

function readPlaces(pattern: string): readonly Place[] | undefined {
  const places: Place[] = [];
  let rest = pattern;
  while (rest !== '') {
    const found =
      /^(?:\[([^\]^][^\]]*)\]|\\(.)|([^()|\\[\]{}*+?^$]))(?:\{(\d+)(,(\d*))?\}|([*+?]))?/u.exec(
        rest,
      );
    if (found === null) return undefined;
    const [whole, set, escaped, plain, from, comma, to, sign] = found;
    rest = rest.slice(whole.length);
    const characters =
      set === undefined
        ? (classes[escaped ?? ''] ?? escaped ?? (plain === '.' ? lower : (plain ?? '')))
        : expandSet(set);
    const least = from === undefined ? (sign === '*' || sign === '?' ? 0 : 1) : Number(from);
    const most =
      from === undefined
        ? sign === undefined || sign === '?'
          ? 1
          : 8
        : comma === undefined
          ? Number(from)
          : Number(to) || Number(from) + 8;
    places.push({ characters, least, most });
  }
  return places;
}

/** `A-Z0-9_` as the characters that it stands for. */
function expandSet(set: string): string {
  const plain = set.replaceAll(/\\(.)/gu, (_, letter: string) => classes[letter] ?? letter);
  return plain.replaceAll(/(.)-(.)/gu, (_, from: string, to: string) => {
    const first = from.codePointAt(0) ?? 0;
    const count = Math.min(128, (to.codePointAt(0) ?? 0) - first + 1);
    return Array.from({ length: count }, (_unused, step) =>
      String.fromCodePoint(first + step),
    ).join('');
  });
}
