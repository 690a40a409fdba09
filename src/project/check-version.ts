import { readFileSync } from 'node:fs';
import type { Manifest } from './manifest.ts';

/** Notes a problem when `requires` asks for another version of djdev, or is no range. */
export function checkVersion(manifest: Manifest): void {
  const range = manifest.content.requires;
  if (range === undefined) return;
  const version = readOwnVersion();
  const isIncluded = includesVersion(range, version);
  if (isIncluded === undefined) {
    manifest.report(
      ['requires'],
      `is no range of versions: “${range}”.`,
      'Write comparisons such as ">=0.1 <2" or "^1.2".',
    );
  } else if (!isIncluded) {
    manifest.report(
      ['requires'],
      `asks for djdev ${range}, and this is djdev ${version}.`,
      `Install another: npm install --save-dev "djdev@${range}".`,
    );
  }
}

/**
 * Whether a version fits a range of comparisons (`>=1.2 <3`, `^1.2`, `~1.2`, `1.2.3`), all of
 * which must hold; `undefined` when the text is no such range.
 */
export function includesVersion(range: string, version: string): boolean | undefined {
  const comparisons = range
    .trim()
    .replace(/([<>=^~])\s+/g, '$1')
    .split(/[\s,]+/)
    .map((text) => /^(>=|<=|>|<|=|\^|~)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text));
  if (comparisons.some((match) => match === null)) return undefined;
  const own = (version.split('-')[0] ?? '').split('.').map(Number);
  return comparisons.every((match) => {
    const [, operator = '=', ...parts] = match ?? [];
    const given = parts.filter((part) => part !== undefined).map(Number);
    return fits(operator, own, given);
  });
}

function fits(operator: string, own: readonly number[], given: readonly number[]): boolean {
  const order = compare(own, given);
  switch (operator) {
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '<':
      return order < 0;
    case '^': {
      // The first part that is not zero may not change.
      const fixed = given.findIndex((part) => part > 0) + 1 || given.length;
      return order >= 0 && compare(own.slice(0, fixed), given.slice(0, fixed)) === 0;
    }
    case '~':
      return order >= 0 && compare(own.slice(0, 2), given.slice(0, 2)) === 0;
    default:
      return compare(own.slice(0, given.length), given) === 0;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function readOwnVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
