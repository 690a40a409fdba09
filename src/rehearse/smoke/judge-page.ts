import { selectAll } from 'css-select';
import { getAttributeValue, textContent } from 'domutils';
import { parseDocument } from 'htmlparser2';
import type { Expected } from '../../project/smoke.ts';
import { describeActual, describeExpected, isBetween, matchesValue } from './match-value.ts';

/** What the elements of a page have else than expected, one line each. Pure. */
export function judgePage(
  html: string,
  select: Readonly<Record<string, Expected>>,
): readonly string[] {
  const wanted = Object.entries(select);
  if (wanted.length === 0) return [];
  const page = parseDocument(html);
  return wanted.flatMap(([selector, expected]) => {
    const elements = selectAll(selector, page.children);
    const texts = elements.map((element) => readable(textContent(element)));
    return judgeElements(selector, expected, texts);
  });
}

function judgeElements(
  selector: string,
  expected: Expected,
  texts: readonly string[],
): readonly string[] {
  const count = `${texts.length} element${texts.length === 1 ? '' : 's'}`;
  switch (expected.kind) {
    case 'exists':
      return texts.length > 0 ? [] : [`Expected an element ${selector}, got none.`];
    case 'absent':
      return texts.length === 0 ? [] : [`Expected no element ${selector}, got ${count}.`];
    case 'between':
      return isBetween(texts.length, expected)
        ? []
        : [
            `Expected the number of elements ${selector} ${describeExpected(expected)}, got ${texts.length}.`,
          ];
    case 'equals':
      if (typeof expected.value === 'number') {
        return texts.length === expected.value
          ? []
          : [`Expected ${expected.value} elements ${selector}, got ${texts.length}.`];
      }
      break;
    case 'contains':
    case 'matches':
      break;
    default:
      return expected satisfies never;
  }
  if (texts.some((text) => matchesValue(expected, text))) return [];
  const got =
    texts.length === 0 ? 'no such element' : texts.slice(0, 3).map(describeActual).join(', ');
  return [`Expected an element ${selector} ${describeExpected(expected)}, got ${got}.`];
}

/** The text of the first element that a selector finds, or one of its attributes. */
export function readElement(
  html: string,
  selector: string,
  attribute: string | undefined,
): string | undefined {
  const [element] = selectAll(selector, parseDocument(html).children);
  if (element === undefined || !('attribs' in element)) return undefined;
  if (attribute === undefined) return readable(textContent(element));
  return getAttributeValue(element, attribute);
}

/** As a person reads it: without the white space of the markup. */
function readable(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
