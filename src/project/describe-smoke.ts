import { Secret } from './secret.ts';
import type {
  CaptureSource,
  Expected,
  HurlFile,
  SmokeCheck,
  SmokeTest,
  SmokeUser,
} from './smoke.ts';

const redacted = String(new Secret(''));

/**
 * A smoke test in the shape of the manifest. Texts of a request are shown; what is sent in headers
 * and bodies may be a secret.
 */
export function describeSmokeTest({ name, checks, isScenario, user, isWarning }: SmokeTest) {
  const described = checks.map(describeCheck);
  return withoutUndefined({
    name,
    as: user && describeUser(user),
    warn: isWarning ? true : undefined,
    ...(isScenario ? { steps: described } : described[0]),
  });
}

/** A file of hurl in the shape of the manifest. */
export function describeHurlFile({ path, isWarning }: HurlFile) {
  return withoutUndefined({ import: path, warn: isWarning ? true : undefined });
}

function describeCheck(check: SmokeCheck): Readonly<Record<string, unknown>> {
  const { name, method, path, headers, form, json, expect, repeat, maxMs, maxQueries } = check;
  return withoutUndefined({
    name,
    [method.toLowerCase()]: path,
    send: unlessEmpty(hide(headers)),
    form: form && hide(form),
    json: json === undefined ? undefined : redacted,
    follow: check.follow ? true : undefined,
    status: describeExpected(expect.status),
    location: expect.location && describeExpected(expect.location),
    contains: unlessEmpty(expect.contains.map(describeExpected)),
    absent: unlessEmpty(expect.absent.map(describeExpected)),
    headers: describeAll(expect.headers),
    select: describeAll(expect.select),
    jsonpath: describeAll(expect.jsonPath),
    repeat: repeat === 1 ? undefined : repeat,
    maxMs,
    queries: maxQueries === undefined ? undefined : { max: maxQueries },
    capture: unlessEmpty(
      Object.fromEntries(
        Object.entries(check.capture).map(([name, source]) => [name, describeSource(source)]),
      ),
    ),
  });
}

function describeSource(source: CaptureSource): string {
  switch (source.kind) {
    case 'json':
      return `json:${source.path}`;
    case 'css':
      return `css:${source.selector}${source.attribute === undefined ? '' : `@${source.attribute}`}`;
    case 'header':
    case 'cookie':
      return `${source.kind}:${source.name}`;
    case 'matches':
      return `/${source.pattern}/${source.flags}`;
    default:
      return source satisfies never;
  }
}

function describeUser({ name, isStaff, isSuperuser, permissions, fields }: SmokeUser): unknown {
  return withoutUndefined({
    name,
    staff: isStaff ? true : undefined,
    superuser: isSuperuser ? true : undefined,
    permissions: unlessEmpty(permissions),
    fields: unlessEmpty(hide(fields)),
  });
}

function describeAll(all: Readonly<Record<string, Expected>>): unknown {
  return unlessEmpty(
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, describeExpected(one)])),
  );
}

function describeExpected(expected: Expected): unknown {
  switch (expected.kind) {
    case 'contains':
      return expected.text;
    case 'equals':
      return expected.value;
    case 'matches':
      return { matches: expected.pattern };
    case 'between': {
      const { min, max } = expected;
      return withoutUndefined({ min, max });
    }
    case 'exists':
    case 'absent':
      return expected.kind;
    default:
      return expected satisfies never;
  }
}

function hide(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, redacted]));
}

function withoutUndefined(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
