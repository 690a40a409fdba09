import type { DetectedServer } from './detect-server.ts';

/** What a server loads: a Python module, or the application of celery. */
export interface LoadedApplication {
  readonly kind: 'module' | 'celery';
  readonly name: string;
}

const spec = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):[A-Za-z_]\w*(?:\(\))?$/u;
const dotted = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/u;
const moduleOptions: ReadonlySet<string> = new Set(['--module', '-w', '--wsgi']);

/** The application that a command line names; `undefined` where it does not say. Pure. */
export function findApplication({ name, args }: DetectedServer): LoadedApplication | undefined {
  const words = args.flatMap((word) => (word.startsWith('--') ? word.split('=', 2) : [word]));
  if (name === 'celery-beat') {
    const index = words.findIndex((word) => word === '-A' || word === '--app');
    const app = index === -1 ? undefined : words[index + 1];
    return app === undefined ? undefined : { kind: 'celery', name: app };
  }
  if (!['gunicorn', 'uvicorn', 'hypercorn', 'daphne', 'granian', 'uwsgi'].includes(name)) {
    return undefined;
  }
  for (const [index, word] of words.entries()) {
    const found = spec.exec(word)?.[1];
    if (found !== undefined) return { kind: 'module', name: found };
    const before = words[index - 1] ?? '';
    const isNamed = name === 'uwsgi' ? moduleOptions.has(before) : !before.startsWith('-');
    if (isNamed && dotted.test(word)) return { kind: 'module', name: word };
  }
  return undefined;
}
