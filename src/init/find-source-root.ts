import path from 'node:path';
import type { InitFacts } from './init-facts.ts';

/**
 * The directory below manage.py's in which modules are named from, `src` in a project whose code is
 * a package of its own; `undefined` where that is the directory of manage.py itself.
 */
export function findSourceRoot({ sources }: Pick<InitFacts, 'sources'>): string | undefined {
  const text = sources.managePy?.text ?? '';
  const module = /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/u.exec(text)?.[1];
  if (module === undefined) return undefined;
  const file = module.replaceAll('.', '/');
  const known = sources.settings.map((source) =>
    path.posix.relative(sources.codeDirectory ?? '.', source.path),
  );
  const endings = [`${file}.py`, `${file}/__init__.py`];
  if (known.some((name) => endings.includes(name))) return undefined;
  for (const name of known) {
    const ending = endings.find((one) => name.endsWith(`/${one}`));
    if (ending !== undefined) return name.slice(0, -ending.length - 1);
  }
  return undefined;
}
