import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { describeBug } from '../../../src/cli/bug-report.ts';
import { createRedactor } from '../../../src/cli/redactor.ts';

test('a bug can be reported without giving away home and secrets', () => {
  const error = new TypeError(`no hunter22 in ${homedir()}/shop`);
  const report = describeBug(error, createRedactor(['hunter22']).redact);
  expect(report.code).toBe('DJ-BUG');
  expect(report.message).toBe(
    'djdev met something it did not expect. This is a bug in djdev, not in your project.\nTypeError: no [redacted] in ~/shop',
  );
  const url = new URL(report.hint?.split(' ').at(-1) ?? '');
  expect(url.searchParams.get('title')).toBe('TypeError: no [redacted] in ~/shop');
  const body = url.searchParams.get('body') ?? '';
  expect(body).toMatch(/^djdev \d+\.\d+\.\d+, Node \d+/);
  expect(body).not.toMatch(/hunter22/);
  expect(body).not.toMatch(new RegExp(`${homedir()}/`));
});
