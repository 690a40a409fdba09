const shownLines = 20;

/** The last lines of an output, for an error. */
export function formatTail(output: Buffer | string): readonly string[] {
  const lines = output.toString('utf8').split(/\r?\n/u);
  return lines.filter((line) => line !== '').slice(-shownLines);
}
