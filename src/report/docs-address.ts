const root = 'https://github.com/djdev/djdev';

/** Where a code is explained; without one, the page of them all. */
export function docsAddress(page: 'errors' | 'findings', code?: string): string {
  const anchor = code === undefined ? '' : `#${code.toLowerCase()}`;
  return `${root}/blob/main/docs/${page}.md${anchor}`;
}

/** A new issue with its title and body filled in. */
export function newIssueAddress(title: string, body: string): string {
  return `${root}/issues/new?${new URLSearchParams({ title, body }).toString()}`;
}
