import { sanitizeText } from './sanitize-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Any text as the content of an element or attribute of XML 1.0 or HTML: no control characters, no
 * halves of characters, nothing that XML forbids.
 */
export function escapeXml(text: string): string {
  return sanitizeText(text)
    .toWellFormed()
    .replace(/[\uFFFE\uFFFF]/g, '')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
