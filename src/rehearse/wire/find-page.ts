import type { HttpResponse } from '../http/send-request.ts';
import type { Ask } from './ask.ts';

/** A page that answers 200 to everybody. */
export interface Page {
  readonly path: string;
  readonly response: HttpResponse;
  readonly isHtml: boolean;
}

/** The first of `paths` that is a web page; without any, the first that answers 200. */
export async function findPage(ask: Ask, paths: readonly string[]): Promise<Page | undefined> {
  let other: Page | undefined;
  for (const path of paths) {
    const { response } = await ask({ path });
    if (response?.status !== 200) continue;
    const isHtml = (response.headers['content-type'] ?? '').startsWith('text/html');
    if (isHtml) return { path, response, isHtml };
    other ??= { path, response, isHtml };
  }
  return other;
}
