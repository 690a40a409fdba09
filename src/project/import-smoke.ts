import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { SourceLocation } from '../errors/djdev-error.ts';
import type { Manifest } from './manifest.ts';
import type { KeyPath } from './manifest-file.ts';
import { parseDurationMs } from './quantities.ts';
import type { DeclaredEntry } from './read-smoke-check.ts';
import type { HurlFile, SmokeCheck, SmokeTest } from './smoke.ts';

interface Imported {
  readonly tests: readonly SmokeTest[];
  readonly hurlFiles: readonly HurlFile[];
}

interface Place {
  readonly manifest: Manifest;
  /** Absolute; what the name of the file is relative to. */
  readonly directory: string;
  readonly keys: KeyPath;
}

const known = 'Write import: app.json, import: config/deploy.yml or import: smoke.hurl.';

/**
 * The checks of another tool's file: `healthchecks` of an app.json (Dokku),
 * `proxy.healthcheck` of Kamal's deploy.yml, or a file of hurl. Notes what cannot be read.
 */
export async function readImport(
  { import: name = '', warn: isWarning = false }: DeclaredEntry,
  place: Place,
): Promise<Imported> {
  const file = path.resolve(place.directory, name);
  const keys = [...place.keys, 'import'];
  const location = place.manifest.locate(keys);
  const nothing = { tests: [], hurlFiles: [] };
  const info = await stat(file).catch(() => undefined);
  if (info?.isFile() !== true) {
    place.manifest.report(keys, `names the file ${name}, which is not there.`, known);
    return nothing;
  }
  if (file.endsWith('.hurl')) {
    return { tests: [], hurlFiles: [{ path: file, isWarning, location }] };
  }
  const read = readers.find(({ fits }) => fits(path.basename(file)));
  if (read === undefined) {
    place.manifest.report(keys, `names ${name}, and djdev does not know such files.`, known);
    return nothing;
  }
  const source = parseSource(await readFile(file, 'utf8'));
  const checks = source === undefined ? [] : read.list(source);
  if (checks.length === 0) {
    place.manifest.report(keys, `names ${name}, which has ${read.lacks}.`, known);
  }
  return { ...nothing, tests: checks.map((check) => toTest(check, { isWarning, location, name })) };
}

/** A check as other tools have it. */
interface ForeignCheck {
  readonly name?: string | undefined;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly warn?: boolean;
  /** Statuses that the tool takes for healthy. */
  readonly highest: number;
}

const readers = [
  {
    fits: (name: string) => name === 'app.json',
    list: listDokku,
    lacks: 'no health check with a path',
  },
  {
    fits: (name: string) => /^deploy(\.[\w-]+)?\.ya?ml$/.test(name),
    list: listKamal,
    lacks: 'no proxy',
  },
];

/** Dokku's own healthchecker: other kinds of checks (command, uptime, listening) send no request. */
function listDokku(source: Mapping): readonly ForeignCheck[] {
  const processes = asMapping(source['healthchecks']);
  const checks = Array.isArray(processes['web']) ? processes['web'] : [];
  return checks.map(asMapping).flatMap((check) => {
    const { path: target, name, content, timeout, warn } = check;
    if (typeof target !== 'string' || !target.startsWith('/')) return [];
    const headers = Array.isArray(check['httpHeaders']) ? check['httpHeaders'].map(asMapping) : [];
    return [
      {
        path: target,
        name: typeof name === 'string' ? name : undefined,
        content: typeof content === 'string' && content !== '' ? content : undefined,
        timeoutMs: typeof timeout === 'number' ? timeout * 1000 : undefined,
        warn: warn === true,
        headers: Object.fromEntries(
          headers.map((one) => [String(one['name']).toLowerCase(), String(one['value'])]),
        ),
        highest: 399,
      },
    ];
  });
}

/** kamal-proxy takes any 2xx of `/up`, within 5 s, when nothing else is said. */
function listKamal(source: Mapping): readonly ForeignCheck[] {
  const servers = asMapping(source['servers']);
  const own = source['proxy'] ?? asMapping(servers['web'])['proxy'];
  if (own === undefined || own === false) return [];
  const { path: target = '/up', timeout = 5 } = asMapping(asMapping(own)['healthcheck']);
  const timeoutMs = typeof timeout === 'number' ? timeout * 1000 : parseDurationMs(String(timeout));
  return [{ name: 'Kamal’s health check', path: String(target), timeoutMs, highest: 299 }];
}

function toTest(
  { name, path: target, headers = {}, content, timeoutMs, warn = false, highest }: ForeignCheck,
  from: {
    readonly isWarning: boolean;
    readonly location: SourceLocation | undefined;
    readonly name: string;
  },
): SmokeTest {
  const shown = name ?? from.name;
  const check: SmokeCheck = {
    name: shown,
    method: 'GET',
    path: target,
    headers,
    form: undefined,
    json: undefined,
    follow: false,
    repeat: 1,
    maxMs: timeoutMs,
    maxQueries: undefined,
    capture: {},
    expect: {
      status: { kind: 'between', min: 200, max: highest },
      headers: {},
      contains: content === undefined ? [] : [{ kind: 'contains', text: content }],
      absent: [],
      select: {},
      jsonPath: {},
      location: undefined,
    },
    location: from.location,
  };
  return {
    name: shown,
    checks: [check],
    isScenario: false,
    user: undefined,
    isWarning: from.isWarning || warn,
    variables: {},
    missing: [],
    location: from.location,
  };
}

type Mapping = Readonly<Record<string, unknown>>;

/** Kamal's files are templates of ERB; JSON is YAML too. */
function parseSource(text: string): Mapping | undefined {
  try {
    return asMapping(parse(text.replace(/<%[\s\S]*?%>/g, '')));
  } catch {
    return undefined;
  }
}

function asMapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Mapping)
    : {};
}
