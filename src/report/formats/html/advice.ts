import { readAdvice } from '../advice.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** What to do: a paragraph for each sentence, and the code to write. */
export function renderAdvice(hint: string): Markup {
  if (hint === '') return nothing;
  const { text, code } = readAdvice(hint);
  const paragraphs = text.split('\n').map((line) => markup`<p class="hint">${line}</p>`);
  if (code === '') return markup`${paragraphs}`;
  return markup`${paragraphs}<pre tabindex="0" aria-label="Code to write">${code}</pre>`;
}
