import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { lineOf } from './project-sources.ts';

/** A place in the project's own code that asks the environment for a variable. */
export interface EnvironmentRead {
  readonly name: string;
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly line: number;
  /** The code goes on without it. */
  readonly hasDefault: boolean;
}

const mostFiles = 5000;
const mostBytes = 500_000;
const skipped =
  /^(?:\..*|node_modules|venv|env|__pycache__|site-packages|staticfiles|media|migrations|tests?|docs|dist|build)$/;

/**
 * The ways in which Python code asks: os.environ, os.getenv, django-environ, python-decouple,
 * environs, and helpers that are called env or config.
 */
const read =
  /\b(?<call>(?:os\.)?environ\.get|os\.environ|environ|(?:os\.)?getenv|env(?:\.\w+)?|config)\s*(?<open>[[(])\s*(?:(?:var|name|key|option)\s*=\s*)?["'](?<name>[A-Z][A-Z0-9_]{1,})["']\s*(?<next>[\]),])/gu;

/** Every place in the Python files below `root`, tests and libraries left out, in order. */
export async function findEnvironmentReads(root: string): Promise<readonly EnvironmentRead[]> {
  const reads: EnvironmentRead[] = [];
  for (const file of await listPython(root)) {
    const text = await readFile(path.join(root, file), 'utf8').catch(() => '');
    if (text.length < mostBytes) reads.push(...readsOf(file, text));
  }
  return reads;
}

/** The reads in one file's text. */
export function readsOf(file: string, text: string): readonly EnvironmentRead[] {
  return [...text.matchAll(read)]
    .filter(({ index }) => !isComment(text, index))
    .map((match) => {
      const { call = '', open = '', name = '', next = '' } = match.groups ?? {};
      return {
        name,
        file,
        line: lineOf(text, match.index),
        hasDefault: isLenient(call, open) || next === ',',
      };
    });
}

/** `os.environ.get("X")` and `os.getenv("X")` answer None, `env.optional` says so itself. */
function isLenient(call: string, open: string): boolean {
  return open === '(' && /(?:environ\.get|getenv|optional|get)$/u.test(call);
}

function isComment(text: string, index: number): boolean {
  const start = text.lastIndexOf('\n', index) + 1;
  return /^\s*#/u.test(text.slice(start, index));
}

async function listPython(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [''];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    const entries = await readdir(path.join(root, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = path.posix.join(at, entry.name);
      if (entry.isDirectory() && !skipped.test(entry.name)) waiting.push(name);
      else if (entry.isFile() && entry.name.endsWith('.py')) found.push(name);
    }
    if (found.length >= mostFiles) break;
  }
  return found;
}
