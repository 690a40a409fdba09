import type { Expected } from '../../project/smoke.ts';

/** A value of an answer; `undefined` when it is not there. */
export type ActualValue = string | number | boolean | null | undefined;

/** Whether one value is as expected. A text that reads as a number can be compared with numbers. */
export function matchesValue(expected: Expected, actual: ActualValue): boolean {
  if (expected.kind === 'absent') return actual === undefined;
  if (actual === undefined) return false;
  switch (expected.kind) {
    case 'exists':
      return true;
    case 'contains':
      return String(actual).includes(expected.text);
    case 'equals':
      return actual === expected.value || String(actual) === String(expected.value);
    case 'matches':
      return new RegExp(expected.pattern, expected.flags).test(String(actual));
    case 'between':
      return isBetween(Number(actual), expected);
    default:
      return expected satisfies never;
  }
}

/** Whether a number lies within what is asked for. */
export function isBetween(
  value: number,
  { min = -Infinity, max = Infinity }: Extract<Expected, { kind: 'between' }>,
): boolean {
  return value >= min && value <= max;
}

/** The end of a sentence: `to contain “Shop”`, `to be at least 1`. */
export function describeExpected(expected: Expected): string {
  switch (expected.kind) {
    case 'exists':
      return 'to be there';
    case 'absent':
      return 'not to be there';
    case 'contains':
      return `to contain “${expected.text}”`;
    case 'equals':
      return `to be ${typeof expected.value === 'string' ? `“${expected.value}”` : String(expected.value)}`;
    case 'matches':
      return `to match /${expected.pattern}/${expected.flags}`;
    case 'between':
      return describeRange(expected);
    default:
      return expected satisfies never;
  }
}

function describeRange({ min, max }: Extract<Expected, { kind: 'between' }>): string {
  if (min === undefined) return `to be at most ${max}`;
  return max === undefined ? `to be at least ${min}` : `to be from ${min} to ${max}`;
}

const shownCharacters = 120;

/** A value that came instead, shortened. */
export function describeActual(actual: unknown): string {
  if (actual === undefined) return 'nothing';
  const text = typeof actual === 'string' ? `“${actual}”` : JSON.stringify(actual);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
