import path from 'node:path';
import type { InitFacts } from './init-facts.ts';
import type { ManifestParts } from './render-manifest.ts';

/**
 * The page that is asked first: the root, where the root URL configuration has one; else the login
 * of the admin, which every visitor can see; else the health URL; else the root as it answers.
 */
export function planSmoke(
  { sources }: InitFacts,
  health: string | undefined,
): ManifestParts['smoke'] {
  const roots = new Set(sources.entryPoints.map((file) => path.posix.dirname(file.path)));
  const urls =
    sources.urls.find((file) => roots.has(path.posix.dirname(file.path))) ?? sources.urls[0];
  if (urls === undefined) return { path: '/' };
  const hasRoot = /(?:path|re_path|url)\(\s*r?["']\^?\$?["']\s*,/u.test(urls.text);
  if (hasRoot || /i18n_patterns|\*\s*router|settings\.\w*PREFIX/u.test(urls.text))
    return { path: '/' };
  const admin = /path\(\s*r?["']([\w/-]+\/)["']\s*,\s*admin\.site\.urls/u.exec(urls.text)?.[1];
  if (admin !== undefined) return { path: `/${admin}login/` };
  if (health !== undefined) return { path: health };
  return { path: '/', status: 404, why: `${urls.path} has no page there` };
}
