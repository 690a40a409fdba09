/** A value of one part of a service's address. */
export interface ServiceReference {
  readonly service: string;
  readonly part: ServicePart;
}

export const serviceParts = ['url', 'host', 'port', 'user', 'password', 'name'] as const;
export type ServicePart = (typeof serviceParts)[number];

/** What stands between two plain texts of a template. */
export type TemplatePiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'service'; readonly service: string; readonly part: string }
  | {
      readonly type: 'variable';
      readonly name: string;
      /** `:-` and `-` fall back to `word`, `:?` and `?` fail with it, `:+` and `+` replace by it. */
      readonly operator: '' | ':-' | '-' | ':?' | '?' | ':+' | '+';
      readonly word: string;
    }
  | { readonly type: 'problem'; readonly text: string };

const substitution =
  /\$(?:(?<escape>\$)|(?<plain>[A-Za-z_]\w*)|\{(?:services\.(?<service>[\w-]+)\.(?<part>\w+)|(?<name>[A-Za-z_]\w*)(?:(?<operator>:?[-?+])(?<word>[^{}]*))?)\})/g;

/**
 * Takes a template apart: `${services.postgres.url}`, `${NAME}`, `$NAME`, `${NAME:-default}`,
 * `${NAME:?message}`, `${NAME:+other}`, and `$$` for a dollar sign, as Compose has them.
 * A `${` that begins none of these is a `problem`.
 */
export function parseTemplate(text: string): readonly TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  let end = 0;
  for (const match of text.matchAll(substitution)) {
    pieces.push(...readPlain(text.slice(end, match.index)));
    pieces.push(readMatch(match.groups ?? {}));
    end = match.index + match[0].length;
  }
  pieces.push(...readPlain(text.slice(end)));
  return pieces;
}

function readMatch(groups: Readonly<Record<string, string | undefined>>): TemplatePiece {
  const { escape, plain, service, part, name, operator, word } = groups;
  if (escape !== undefined) return { type: 'text', text: '$' };
  if (service !== undefined && part !== undefined) return { type: 'service', service, part };
  return {
    type: 'variable',
    name: plain ?? name ?? '',
    operator: isOperator(operator) ? operator : '',
    word: word ?? '',
  };
}

function isOperator(text: string | undefined): text is ':-' | '-' | ':?' | '?' | ':+' | '+' {
  return text !== undefined;
}

function readPlain(text: string): readonly TemplatePiece[] {
  if (text === '') return [];
  const open = text.indexOf('${');
  return open === -1
    ? [{ type: 'text', text }]
    : [{ type: 'problem', text: text.slice(open, open + 40) }];
}
