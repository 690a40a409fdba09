import { query } from 'json-p3';
import type { Expected } from '../../project/smoke.ts';
import {
  type ActualValue,
  describeActual,
  describeExpected,
  isBetween,
  matchesValue,
} from './match-value.ts';

/** What a body of JSON has else than expected, one line each. Pure. */
export function judgeJson(
  body: string,
  wanted: Readonly<Record<string, Expected>>,
): readonly string[] {
  if (Object.keys(wanted).length === 0) return [];
  const parsed = parseJson(body);
  if (parsed === undefined) return ['Expected a body of JSON, and it cannot be read as that.'];
  return Object.entries(wanted).flatMap(([path, expected]) =>
    judgeValues(path, expected, query(path, parsed.value).values()),
  );
}

/** The first value at a path as text; `undefined` when there is none, or the body is no JSON. */
export function readJsonValue(body: string, path: string): string | undefined {
  const parsed = parseJson(body);
  if (parsed === undefined) return undefined;
  const [value] = query(path, parsed.value).values();
  if (value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function judgeValues(
  path: string,
  expected: Expected,
  values: readonly unknown[],
): readonly string[] {
  if (expected.kind === 'exists') {
    return values.length > 0 ? [] : [`Expected ${path} to be there, got nothing.`];
  }
  if (expected.kind === 'absent') {
    return values.length === 0
      ? []
      : [`Expected ${path} not to be there, got ${describeActual(values[0])}.`];
  }
  if (values.some((value) => isAsExpected(expected, value))) return [];
  const got =
    values.length === 0 ? 'nothing' : values.slice(0, 3).map(describe(expected)).join(', ');
  return [`Expected ${path} ${describeExpected(expected)}, got ${got}.`];
}

const describe =
  ({ kind }: Expected) =>
  (value: unknown): string =>
    kind === 'between' && Array.isArray(value)
      ? `a list of ${value.length}`
      : describeActual(value);

/** Of a list its length is compared with numbers, and anything else with what it holds. */
function isAsExpected(expected: Expected, value: unknown): boolean {
  if (Array.isArray(value)) {
    if (expected.kind === 'between') return isBetween(value.length, expected);
    return value.some((item) => isAsExpected(expected, item));
  }
  if (typeof value === 'object' && value !== null) {
    return expected.kind === 'contains' && JSON.stringify(value).includes(expected.text);
  }
  if (expected.kind === 'equals') return value === expected.value;
  return matchesValue(expected, value as ActualValue);
}

type JsonValue = Parameters<typeof query>[1];

function parseJson(body: string): { readonly value: JsonValue } | undefined {
  try {
    return { value: JSON.parse(body) as JsonValue };
  } catch {
    return undefined;
  }
}
