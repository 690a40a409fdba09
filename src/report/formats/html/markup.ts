import { escapeXml } from '../xml-text.ts';

/** A piece of HTML that is safe to put into a page: only `markup` makes it. */
export interface Markup {
  readonly html: string;
}

type Value = Markup | readonly Markup[] | string | number | undefined;

/** HTML from a template: every value but markup is escaped, for content and for quoted attributes. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const html = strings.map((part, index) => part + render(values[index])).join('');
  return { html };
}

/** Nothing at all. */
export const nothing: Markup = { html: '' };

function render(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'number') return String(value);
  if ('html' in value) return value.html;
  return value.map(({ html }) => html).join('');
}
