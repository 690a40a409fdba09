/** Words of a command, or why it cannot be split. */
export type SplitCommand =
  | { readonly words: readonly string[] }
  | { readonly problem: string; readonly hint: string };

/**
 * Splits a command into words as a POSIX shell does with quotes and backslashes. Nothing is
 * expanded, because no shell runs it: what only a shell understands is a problem, not a word.
 */
export function splitCommand(text: string): SplitCommand {
  const words: string[] = [];
  let word: string | undefined;
  let rest = text.trim();
  while (rest !== '') {
    const token = readToken(rest);
    if ('problem' in token) return token;
    rest = rest.slice(token.length);
    if (token.text !== undefined) word = (word ?? '') + token.text;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words.length > 0
    ? { words }
    : { problem: 'is empty.', hint: 'Leave the key out to use the image’s own command.' };
}

/** A piece of a word, or white space between words, which has no text. */
type Token = { readonly length: number; readonly text: string | undefined };

function readToken(rest: string): Token | Exclude<SplitCommand, { words: unknown }> {
  const space = /^\s+/.exec(rest)?.[0];
  if (space !== undefined) return { length: space.length, text: undefined };
  const single = /^'([^']*)'/.exec(rest);
  if (single) return { length: single[0].length, text: single[1] ?? '' };
  const double = /^"((?:\\.|[^"\\])*)"/s.exec(rest);
  if (double?.[1] !== undefined) {
    if (/(?<!\\)[$`]/.test(double[1])) return shellOnly(/[$`]/.exec(double[1])?.[0] ?? '$');
    return { length: double[0].length, text: double[1].replace(/\\(["\\$`])/g, '$1') };
  }
  if (/^["']/.test(rest)) {
    return { problem: `has a ${rest[0]} that is never closed.`, hint: 'Close the quote.' };
  }
  const escaped = /^\\(.)/s.exec(rest);
  if (escaped) return { length: 2, text: escaped[1] ?? '' };
  const operator = /^(&&|\|\||[&|;<>$`])/.exec(rest)?.[0];
  if (operator !== undefined) return shellOnly(operator);
  const plain = /^[^\s'"\\&|;<>$`]+/.exec(rest)?.[0] ?? rest;
  return { length: plain.length, text: plain };
}

function shellOnly(operator: string): Exclude<SplitCommand, { words: unknown }> {
  return {
    problem: `has “${operator}”, which only a shell understands, and no shell runs it.`,
    hint: 'Write it as a list: ["sh", "-c", "exec …"], or quote the character.',
  };
}
