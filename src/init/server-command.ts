import path from 'node:path';
import { splitCommand } from '../project/split-command.ts';
import { findSourceRoot } from './find-source-root.ts';
import { installs } from './find-dependencies.ts';
import type { InitFacts } from './init-facts.ts';

/** A program that serves, with where its command comes from. */
export interface ServerCommand {
  readonly words: readonly string[];
  readonly why: string;
  /** Production does not install it. */
  readonly isMissing: boolean;
}

export const servers = /\b(?:gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|waitress-serve)\b/u;
const port = '8000';

/**
 * The server's part of a command that is written for a shell, bound where a container can be
 * reached; `undefined` for one without a server.
 */
export function readServer(command: string): readonly string[] | undefined {
  const inner =
    /^(?:\S*\/)?(?:ba|da)?sh\s+-\w*c\s+(["'])([\s\S]*)\1$/u.exec(command.trim())?.[2] ?? command;
  const parts = inner.split(/&&|\|\||;|\n/u).map((part) => part.trim());
  const part = parts.findLast((one) => servers.test(one.replace(/--\S+/gu, '')));
  if (part === undefined) return undefined;
  const filled = part
    .replace(/^exec\s+/u, '')
    .replaceAll(/\$\{?PORT\b(?::?-?\d*\})?\}?/gu, port)
    .replaceAll(/\$\{?(?:WEB_CONCURRENCY|WORKERS|GUNICORN_WORKERS)\b[^}\s]*\}?/gu, '2');
  const split = splitCommand(filled);
  if (!('words' in split)) return undefined;
  const start = split.words.findIndex((word) => servers.test(word));
  const before = split.words[start - 1];
  const words = split.words.slice(before === '-m' ? start - 2 : start);
  return bind(words);
}

function bind(words: readonly string[]): readonly string[] {
  const text = words.join(' ');
  if (/(?:^|\s)(?:-b|--bind|--host|-p|--port|--http|--http-socket|--listen|--ini)\b/u.test(text)) {
    return words.map((word) => word.replace(/^(?:127\.0\.0\.1|localhost):(\d+)$/u, '0.0.0.0:$1'));
  }
  return words[0] === 'gunicorn' ? [...words, '--bind', `0.0.0.0:${port}`] : words;
}

/** The server for a project that says nothing of one: what production installs decides. */
export function usualServer(facts: InitFacts): ServerCommand {
  const { dependencies } = facts;
  const has = (name: string): boolean => installs(dependencies, name);
  const asgi = entryPoint(facts, 'asgi');
  const wsgi = entryPoint(facts, 'wsgi');
  const needsAsgi = facts.sources.settings.some(({ text }) =>
    /^\s*ASGI_APPLICATION\b/mu.test(text),
  );
  const isAsgi =
    asgi !== undefined &&
    (wsgi === undefined || (needsAsgi && (has('daphne') || has('uvicorn') || has('hypercorn'))));
  if (isAsgi && has('daphne') && !has('uvicorn')) {
    return said(['daphne', '-b', '0.0.0.0', '-p', port, asgi], 'ASGI, and daphne is installed');
  }
  if ((isAsgi || (!has('gunicorn') && asgi !== undefined)) && has('uvicorn')) {
    return said(
      ['uvicorn', asgi, '--host', '0.0.0.0', '--port', port],
      'ASGI, and uvicorn is installed',
    );
  }
  if ((isAsgi || !has('gunicorn')) && has('hypercorn') && asgi !== undefined) {
    return said(
      ['hypercorn', '--bind', `0.0.0.0:${port}`, asgi],
      'ASGI, and hypercorn is installed',
    );
  }
  if (isAsgi) {
    const words = ['uvicorn', asgi, '--host', '0.0.0.0', '--port', port];
    return { words, why: 'ASGI', isMissing: true };
  }
  const module = wsgi ?? 'config.wsgi:application';
  if (!has('gunicorn') && has('waitress')) {
    return said(['waitress-serve', '--listen', `0.0.0.0:${port}`, module], 'waitress is installed');
  }
  // Threads take what waits, where the project has not said what it wants.
  const load = facts.sources.gunicornConfig ? [] : ['--workers', '2', '--threads', '4'];
  const words = ['gunicorn', module, '--bind', `0.0.0.0:${port}`, ...load];
  return has('gunicorn')
    ? said(words, 'gunicorn is installed')
    : { words, why: 'the usual one', isMissing: true };
}

function said(words: readonly string[], why: string): ServerCommand {
  return { words, why, isMissing: false };
}

/** `config.wsgi:application`: what the settings name, else the module beside them. */
function entryPoint({ sources }: InitFacts, kind: 'wsgi' | 'asgi'): string | undefined {
  for (const { text } of sources.settings) {
    const named = new RegExp(
      `^\\s*${kind.toUpperCase()}_APPLICATION\\s*=\\s*["']([\\w.]+)\\.(\\w+)["']`,
      'mu',
    ).exec(text);
    if (named) return `${named[1] ?? ''}:${named[2] ?? ''}`;
  }
  const code = path.posix.join(sources.codeDirectory ?? '.', findSourceRoot({ sources }) ?? '.');
  const file = sources.entryPoints.find(
    (source) =>
      source.path.endsWith(`${kind}.py`) &&
      !path.posix.relative(code, source.path).startsWith('..'),
  );
  if (file === undefined) return undefined;
  const module = path.posix.relative(code, file.path).replace(/\.py$/u, '').replaceAll('/', '.');
  return `${module}:application`;
}
