const root = 'https://github.com/djdev/djdev';

/** Where the error code or finding code is explained. */
export function docsAddress(page: 'errors' | 'findings', code: string): string {
  return `${root}/blob/main/docs/${page}.md#${code.toLowerCase()}`;
}

/** A new issue with its title and body filled in. */
export function newIssueAddress(title: string, body: string): string {
  return `${root}/issues/new?${new URLSearchParams({ title, body }).toString()}`;
}
