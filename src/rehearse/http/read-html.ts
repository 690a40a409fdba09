/** Something a page needs to be complete. */
export interface Asset {
  /** Path and query on the same origin. */
  readonly path: string;
  readonly kind: 'stylesheet' | 'script' | 'image' | 'font' | 'other';
}

/**
 * The assets of the page's own origin that a browser fetches by itself, each once, in the order of
 * the page. `pageUrl` is the public URL of the page.
 */
export function findAssets(html: string, pageUrl: string): readonly Asset[] {
  const found = new Map<string, Asset>();
  for (const { name, attributes } of readTags(html)) {
    const reference = assetReference(name, attributes);
    const path = reference && pathOnSameOrigin(reference.url, pageUrl);
    if (path && !found.has(path)) found.set(path, { path, kind: reference.kind });
  }
  return [...found.values()];
}

/** The token of the first form that carries one, as Django's `{% csrf_token %}` renders it. */
export function findCsrfToken(html: string): string | undefined {
  return readTags(html)
    .find(
      ({ name, attributes }) =>
        name === 'input' && attributes.get('name') === 'csrfmiddlewaretoken',
    )
    ?.attributes.get('value');
}

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Opening tags outside of comments and of the bodies of scripts and styles. */
function readTags(html: string): readonly Tag[] {
  const visible = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/(<(script|style)\b[^>]*>)[\s\S]*?<\/\2\s*>/gi, '$1');
  const tags = visible.matchAll(/<([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi);
  return Array.from(tags, ([, name = '', rest = '']) => ({
    name: name.toLowerCase(),
    attributes: readAttributes(rest),
  }));
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  const pairs = text.matchAll(/([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  for (const [, name = '', double, single, bare] of pairs) {
    const value = double ?? single ?? bare ?? '';
    if (!attributes.has(name.toLowerCase())) {
      attributes.set(name.toLowerCase(), decodeEntities(value));
    }
  }
  return attributes;
}

function assetReference(
  name: string,
  attributes: ReadonlyMap<string, string>,
): { url: string; kind: Asset['kind'] } | undefined {
  const source = attributes.get('src');
  if (name === 'script' && source) return { url: source, kind: 'script' };
  if (name === 'img' && source) return { url: source, kind: 'image' };
  const href = attributes.get('href');
  if (name !== 'link' || !href) return undefined;
  const relations = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/);
  if (relations.includes('stylesheet')) return { url: href, kind: 'stylesheet' };
  if (relations.some((relation) => /^(apple-touch-)?icon$/.test(relation))) {
    return { url: href, kind: 'image' };
  }
  if (relations.includes('modulepreload')) return { url: href, kind: 'script' };
  if (relations.includes('manifest')) return { url: href, kind: 'other' };
  if (relations.includes('preload')) return { url: href, kind: preloadKind(attributes.get('as')) };
  return undefined;
}

function preloadKind(as: string | undefined): Asset['kind'] {
  if (as === 'style') return 'stylesheet';
  if (as === 'script' || as === 'image' || as === 'font') return as;
  return 'other';
}

function pathOnSameOrigin(reference: string, pageUrl: string): string | undefined {
  if (!URL.canParse(reference, pageUrl)) return undefined;
  const url = new URL(reference, pageUrl);
  const isSameOrigin = /^https?:$/.test(url.protocol) && url.host === new URL(pageUrl).host;
  return isSameOrigin ? url.pathname + url.search : undefined;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  '#x27': "'",
  '#39': "'",
};

function decodeEntities(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}
