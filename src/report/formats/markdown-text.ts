import { sanitizeText } from './sanitize-text.ts';

/**
 * Any text as one line of Markdown that shows it and does nothing: no markup, no HTML, no person
 * or issue mentioned.
 */
export function escapeMarkdown(text: string): string {
  return sanitizeText(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]()<>|~!&]/g, (character) => `&#${character.codePointAt(0)};`)
    .replace(/(?<![\w&])#(?=\d)|@(?=\w)/g, (character) => `${character}&#8203;`);
}

/** Any text as a block of code; the fence is longer than any that the text has. */
export function fenceCode(text: string, language = ''): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${sanitizeText(text).trimEnd()}\n${fence}`;
}
