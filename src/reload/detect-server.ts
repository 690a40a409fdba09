import path from 'node:path';
import { splitCommand } from '../project/split-command.ts';

export type ServerName =
  | 'gunicorn'
  | 'uvicorn'
  | 'celery'
  | 'celery-beat'
  | 'uwsgi'
  | 'daphne'
  | 'hypercorn'
  | 'granian'
  | 'runserver'
  | 'script'
  | 'unknown';

/** What a container runs, as far as its command line tells. */
export interface DetectedServer {
  readonly name: ServerName;
  /** The server's own arguments, without its name. */
  readonly args: readonly string[];
}

const programs: Readonly<Record<string, ServerName>> = {
  gunicorn: 'gunicorn',
  uvicorn: 'uvicorn',
  celery: 'celery',
  uwsgi: 'uwsgi',
  daphne: 'daphne',
  hypercorn: 'hypercorn',
  granian: 'granian',
};

/**
 * Recognises the server in a whole command line, ENTRYPOINT and CMD together. An entrypoint script
 * that is given the server's command, wrappers such as `tini --` and `sh -c` are looked through; a
 * script that hides what it starts is `script`. Pure.
 */
export function detectServer(words: readonly string[]): DetectedServer {
  const flat = words.flatMap((word) => (/\s/.test(word) ? shellWords(word) : [word]));
  for (const [index, word] of flat.entries()) {
    const args = flat.slice(index + 1);
    const program = programs[path.posix.basename(word)];
    if (program === 'celery') return { name: celeryRole(args), args };
    if (program !== undefined) return { name: program, args };
    if (path.posix.basename(word) === 'manage.py' && args[0] === 'runserver') {
      return { name: 'runserver', args: args.slice(1) };
    }
  }
  const isScript = flat.some((word) => /\.(sh|bash)$|^\/?[\w./-]*(entrypoint|start)\b/.test(word));
  return { name: isScript ? 'script' : 'unknown', args: flat };
}

function celeryRole(args: readonly string[]): ServerName {
  if (args.includes('worker')) return 'celery';
  return args.includes('beat') ? 'celery-beat' : 'unknown';
}

/** Words of `sh -c`'s text: only programs and flags matter, so operators are left as words. */
function shellWords(text: string): readonly string[] {
  const split = splitCommand(text);
  return 'words' in split ? split.words : text.split(/\s+/).filter((word) => word !== '');
}
