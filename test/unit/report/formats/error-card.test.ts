import { expect, test } from 'vitest';
import type { ErrorReport } from '../../../../src/report/report.ts';
import { formatErrorCard } from '../../../../src/report/formats/error-card.ts';
import { plainStyle } from '../../../../src/report/formats/style.ts';

const manifest = ['name: shop', 'app:', '\tsyncs: [a]'];

function card(error: ErrorReport): string {
  const readSource = ({ line = 0 }: { readonly line?: number }): string | undefined =>
    manifest[line - 1];
  return formatErrorCard(error, {
    style: plainStyle,
    columns: 80,
    readSource,
    displayPath: (file) => file,
  }).join('\n');
}

test('what happened, where, what to do', () => {
  expect(
    card({
      code: 'DJ-MANIFEST-INVALID',
      message: 'app.syncs is not a key that djdev knows.',
      hint: 'Did you mean "sync"?',
      location: { file: 'djdev.yaml', line: 3, column: 2 },
    }),
  ).toMatchInlineSnapshot(`
    "✗ app.syncs is not a key that djdev knows.
      djdev.yaml:3:2
      3 |     syncs: [a]
        |     ^
      → Did you mean "sync"?
      DJ-MANIFEST-INVALID  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-manifest-invalid"
  `);
});

test('several problems of one file', () => {
  expect(
    card({
      code: 'DJ-MANIFEST-INVALID',
      message: 'djdev.yaml has 2 problems. The first: name has to be lower case.',
      issues: [
        {
          message: 'name has to be lower case.',
          location: { file: 'djdev.yaml', line: 1, column: 7 },
        },
        {
          message: 'app.syncs: unknown key.',
          hint: 'Did you mean "sync"?',
          location: { file: 'djdev.yaml', line: 9, column: 2 },
        },
      ],
    }),
  ).toMatchInlineSnapshot(`
    "✗ djdev.yaml has 2 problems.

      name has to be lower case.
      djdev.yaml:1:7
      1 | name: shop
        |       ^

      app.syncs: unknown key.
      djdev.yaml:9:2
      → Did you mean "sync"?

      DJ-MANIFEST-INVALID  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-manifest-invalid"
  `);
});

test('the last lines of what failed', () => {
  expect(
    card({
      code: 'DJ-DATABASE-START',
      message: 'The scratch Postgres ended with exit code 1.',
      output: ['\u001B[31minitdb: error\u001B[0m', 'bye'],
    }),
  ).toMatchInlineSnapshot(`
    "✗ The scratch Postgres ended with exit code 1.
      | initdb: error
      | bye
      DJ-DATABASE-START  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-database-start"
  `);
});
