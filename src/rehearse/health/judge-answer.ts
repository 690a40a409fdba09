import type { HttpResponse } from '../http/send-request.ts';

/** What one answer says about the application. */
export type Judgement =
  | 'healthy'
  /** Not ready yet, or broken: worth asking again. */
  | 'retry'
  /** This path is not the health URL: ask the next. */
  | 'elsewhere'
  /** It will answer the same next time. */
  | 'unhealthy';

/** Judges an answer to a health request. Of a path that was only guessed less is expected. */
export function judgeAnswer(
  path: string,
  isDeclared: boolean,
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
): Judgement {
  if (status >= 200 && status < 300) return 'healthy';
  if (status >= 500) return 'retry';
  if (isDeclared || status === 400) return 'unhealthy';
  // A front page that sends visitors on, for example to the login, is as good as one that shows.
  const location = headers['location'] ?? '';
  const leadsOn = status >= 300 && status < 400 && !isSamePath(location, path);
  return path === '/' && leadsOn ? 'healthy' : 'elsewhere';
}

/** Whether a redirect leads to the very URL that was asked for: an endless loop. */
export function isSamePath(location: string, path: string): boolean {
  const base = 'https://djdev.invalid';
  if (!URL.canParse(location, base + path)) return false;
  const { pathname, search } = new URL(location, base + path);
  return pathname + search === path;
}
