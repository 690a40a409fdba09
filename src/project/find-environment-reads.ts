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
  /** What it becomes, where the code says so; else a text. */
  readonly kind?: ReadKind;
  /** The default as it is written, up to the end of its line. */
  readonly written?: string;
}

type ReadKind = 'bool' | 'int' | 'list' | 'json' | 'url' | 'database';

const mostFiles = 5000;
const mostBytes = 500_000;
const skipped =
  /^(?:\..*|node_modules|venv|env|__pycache__|site-packages|staticfiles|media|migrations|tests?|docs|dist|build)$/;

/**
 * The ways in which Python code asks: os.environ, os.getenv, django-environ, python-decouple,
 * environs, django-configurations, dj-database-url, and helpers that are called env or config.
 */
const known =
  String.raw`(?:os\.)?environ\.get|os\.environ|environ|(?:os\.)?getenv|env(?:\.\w+)?|config|` +
  String.raw`dj_database_url\.config`;

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
  const helpers = findHelpers(text);
  const schema = findSchema(text);
  const read = new RegExp(
    String.raw`(?<![\w.])(?<call>${[known, ...helpers.keys()].join('|')})\s*(?<open>[[(])\s*` +
      String.raw`(?:(?:var|name|key|option|env)\s*=\s*)?["'](?<name>[A-Z][A-Z0-9_]+)["']\s*(?<next>[\]),])`,
    'gu',
  );
  const asked = [...text.matchAll(read)]
    .filter(({ index }) => !isComment(text, index))
    .map((match) => {
      const { call = '', open = '', name = '', next = '' } = match.groups ?? {};
      const after = text.slice(match.index + match[0].length).split('\n', 1)[0] ?? '';
      const before = text.slice(0, match.index);
      const isDemanded = isUsedAtOnce(before, after) || helpers.get(call) === 'strict';
      const lenient = isLenient(call, open) || helpers.get(call) === 'lenient';
      const kind = readKind(call, before, after) ?? schema.get(name);
      const written = next === ',' ? after.trim() : undefined;
      return {
        name,
        file,
        line: lineOf(text, match.index),
        hasDefault:
          schema.has(name) ||
          (next === ',' && hasDefaultArgument(call, after)) ||
          (lenient && !isDemanded),
        ...(kind === undefined ? {} : { kind }),
        ...(written === undefined ? {} : { written }),
      };
    });
  return [...asked, ...readUnnamed(file, text), ...readValues(file, text)];
}

/** `env.db()` of django-environ asks for DATABASE_URL without naming it. */
const unnamed: Readonly<Record<string, { readonly name: string; readonly kind: ReadKind }>> = {
  db: { name: 'DATABASE_URL', kind: 'database' },
  db_url: { name: 'DATABASE_URL', kind: 'database' },
  cache: { name: 'CACHE_URL', kind: 'url' },
  cache_url: { name: 'CACHE_URL', kind: 'url' },
  email: { name: 'EMAIL_URL', kind: 'url' },
  email_url: { name: 'EMAIL_URL', kind: 'url' },
};

function readUnnamed(file: string, text: string): readonly EnvironmentRead[] {
  const calls = text.matchAll(/\benv\.(\w+)\(\s*(?:\)|(default|engine|conn_max_age)\s*=)/gu);
  return [...calls].flatMap((match) => {
    const [, call = '', keyword] = match;
    const found = Object.hasOwn(unnamed, call) ? unnamed[call] : undefined;
    if (found === undefined || isComment(text, match.index)) return [];
    const rest = text.slice(match.index, match.index + 200);
    const hasDefault = keyword !== undefined && /\bdefault\s*=/u.test(rest);
    return [{ ...found, file, line: lineOf(text, match.index), hasDefault }];
  });
}

/** `SECRET_KEY = values.SecretValue()` of django-configurations: the variable is DJANGO_SECRET_KEY. */
function readValues(file: string, text: string): readonly EnvironmentRead[] {
  const assigned = /^[ \t]+([A-Z][A-Z0-9_]+)\s*=\s*values\.(\w*?)Value\(([^)]*)\)/gmu;
  return [...text.matchAll(assigned)].map((match) => {
    const [, setting = '', type = '', args = ''] = match;
    const named = /environ_name\s*=\s*["'](\w+)["']/u.exec(args)?.[1];
    const isBare = /environ_prefix\s*=\s*(?:None|["']["'])/u.test(args) || type === 'DatabaseURL';
    const name = named ?? (type === 'DatabaseURL' ? 'DATABASE_URL' : setting);
    const kind =
      type === 'DatabaseURL' ? 'database' : readKind(`env.${type.toLowerCase()}`, '', '');
    return {
      name: isBare ? name : `DJANGO_${name}`,
      file,
      line: lineOf(text, match.index),
      hasDefault: type !== 'Secret' && !/environ_required\s*=\s*True/u.test(args),
      ...(kind === undefined ? {} : { kind }),
    };
  });
}

/** `os.environ.get("X")` and `os.getenv("X")` answer None, `env.optional` says so itself. */
function isLenient(call: string, open: string): boolean {
  return (
    open === '(' && /(?:environ\.get|getenv|optional|get|dj_database_url\.config)$/u.test(call)
  );
}

/** Keywords of casts and schemes are no defaults. */
function hasDefaultArgument(call: string, after: string): boolean {
  if (!/^(?:config|env)\b/u.test(call)) return true;
  return (
    !/^\s*(?:cast|subcast|validate|engine|conn_max_age)\s*=/u.test(after) ||
    /\bdefault\s*=/u.test(after)
  );
}

/** None has no `split`, and is no number. */
function isUsedAtOnce(before: string, after: string): boolean {
  return (
    /^\.(?:split|lower|upper|strip|replace|rstrip)\b/u.test(after) ||
    /\b(?:int|float|loads)\($/u.test(before)
  );
}

function readKind(call: string, before: string, after: string): ReadKind | undefined {
  const cast = /\bcast\s*=\s*(?:config\.)?(\w+)/u.exec(after)?.[1] ?? '';
  const word = `${call.startsWith('env.') ? call.slice(4) : ''} ${cast} ${/\b(int|float)\($/u.exec(before)?.[1] ?? ''}`;
  if (/database_url|\b(?:db|db_url|dj_db_url)\b/u.test(`${call} ${word}`)) return 'database';
  if (/\bdj_database_url\.parse\($/u.test(before)) return 'database';
  if (/\bbool(?:ean)?\b|strtobool/u.test(word)) return 'bool';
  if (/\b(?:int|integer|float|positiveinteger)\b/u.test(word)) return 'int';
  if (/\b(?:list|tuple|Csv)\b/u.test(word)) return 'list';
  if (/\b(?:json|dict)\b/u.test(word)) return 'json';
  return /_url\b|\burl\b/u.test(word) ? 'url' : undefined;
}

/** Functions of the file that look a name up which they are given, and whether they insist. */
function findHelpers(text: string): ReadonlyMap<string, 'strict' | 'lenient'> {
  const helpers = new Map<string, 'strict' | 'lenient'>();
  for (const match of text.matchAll(
    /^def (\w+)\(\s*(\w+)([^)]*)\)[^\n]*:\n((?:[ \t]+[^\n]*\n|\n)+)/gmu,
  )) {
    const [, name = '', argument = '', others = '', body = ''] = match;
    if (new RegExp(`environ\\[\\s*${argument}\\b`, 'u').test(body)) helpers.set(name, 'strict');
    else if (new RegExp(`(?:environ\\.get|getenv)\\(\\s*${argument}\\b`, 'u').test(body)) {
      const insists = /\braise\b/u.test(body) && !/=/u.test(others);
      helpers.set(name, insists ? 'strict' : 'lenient');
    }
  }
  return helpers;
}

/** `environ.Env(DEBUG=(bool, False))`: variables whose default stands at the top. */
function findSchema(text: string): ReadonlyMap<string, ReadKind | undefined> {
  const start = /\bEnv\(/u.exec(text);
  if (start === null) return new Map();
  const scope = text.slice(start.index, start.index + 3000).split(/\n\S/u, 1)[0] ?? '';
  const entries = [...scope.matchAll(/\b([A-Z][A-Z0-9_]+)\s*=\s*\(\s*(\w+)\s*,/gu)];
  return new Map(
    entries.map(([, name = '', cast = '']) => [name, readKind('env.' + cast, '', '')]),
  );
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
