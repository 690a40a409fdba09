/** A hint taken apart: what to do in words, and the code to write. */
export interface Advice {
  /** Sentences; each line is a paragraph. */
  readonly text: string;
  /** May be empty; its line breaks and indentation count. */
  readonly code: string;
}

/** Code is what follows on the sentences of a hint; the first line is always words. */
export function readAdvice(hint: string): Advice {
  const lines = hint.trimEnd().split('\n');
  const start = lines.findIndex((line, index) => index > 0 && !isSentence(line));
  if (start === -1) return { text: hint.trimEnd(), code: '' };
  const code = lines.slice(start).join('\n').replace(/^\n+/, '');
  return { text: lines.slice(0, start).join('\n'), code };
}

/** Words rather than a line of log, of code or a command: it may be wrapped. */
export function isSentence(line: string): boolean {
  if (/^(?:curl|Traceback|from|import|class|def|if|for|with|try|else|return)\b/.test(line)) {
    return false;
  }
  return /^[\p{L}“"(].*[.:?”)]$/u.test(line);
}
