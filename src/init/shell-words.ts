/** Words as a shell would have to be given them. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => {
      if (/^[\w@%+=:,./${}-]+$/u.test(word)) return word;
      return word.includes("'") ? JSON.stringify(word) : `'${word}'`;
    })
    .join(' ');
}
