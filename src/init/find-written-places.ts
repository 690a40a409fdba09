import path from 'node:path';
import type { PlannedSettings } from './plan-settings.ts';

/** A file or a directory that the process writes while it runs, from the directory of manage.py. */
export interface WrittenPlace {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** `config/settings.py:40` */
  readonly why: string;
}

const settings = [
  { find: /["']filename["']\s*:\s*(?<value>.+)/gu, isFile: true },
  { find: /["']NAME["']\s*:\s*(?<value>.*sqlite.*)/gu, isFile: true },
  {
    find: /^(?:LOG_DIR|LOGS_DIR|LOG_PATH|LOG_ROOT|LOGS_ROOT)\s*=\s*(?<value>.+)/gmu,
    isFile: false,
  },
];

/**
 * Log files and SQLite databases that the settings put beside the code. Where the code belongs to
 * root, a process that is not root could not start.
 */
export function findWrittenPlaces({
  files,
}: Pick<PlannedSettings, 'files'>): readonly WrittenPlace[] {
  const found = files.flatMap(({ path: file, text }) =>
    settings.flatMap(({ find, isFile }) =>
      [...text.matchAll(find)].flatMap((match): WrittenPlace[] => {
        const place = readPlace(match.groups?.['value'] ?? '');
        if (place === undefined) return [];
        const line = text.slice(0, match.index).split('\n').length;
        const directory = isFile ? path.posix.dirname(place) : place;
        const isBeside = directory === '.';
        return [
          {
            path: isBeside ? place : directory,
            kind: isBeside ? 'file' : 'directory',
            why: `${file}:${line}`,
          },
        ];
      }),
    ),
  );
  return found.filter((one, at) => found.findIndex(({ path: other }) => other === one.path) === at);
}

/** `BASE_DIR / "logs" / "app.log"`, `os.path.join(BASE_DIR, "app.log")`, `"logs/app.log"`. */
function readPlace(expression: string): string | undefined {
  const literals = [...expression.replace(/#.*$/u, '').matchAll(/["']([^"']+)["']/gu)];
  const parts = literals.map(([, part = '']) => part.replace(/^\{\w+\}\//u, ''));
  const joined = path.posix.normalize(parts.join('/'));
  const isPath = parts.length > 0 && !joined.startsWith('/') && !joined.startsWith('..');
  return isPath && /^[\w./-]+$/u.test(joined) && !joined.includes(':memory:') ? joined : undefined;
}
