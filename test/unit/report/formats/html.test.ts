import { expect, test } from 'vitest';
import { formatHtml } from '../../../../src/report/formats/html.ts';
import { runWithFindings, sampleRuns } from '../../../support/sample-runs.ts';

test.each(Object.entries(sampleRuns))(
  'the page of %s asks no other host for anything',
  (_, run) => {
    const html = formatHtml(run);
    const tags = [...html.matchAll(/<[a-z][^<>]*>/g)].map(([tag]) => tag).join('');
    const addresses = [...tags.matchAll(/\b(?:src|href|action|data|poster|srcset)="([^"]*)"/g)].map(
      ([, address = '']) => address,
    );
    // Links are followed by people; nothing else may name a host.
    expect(
      addresses.filter((address) => !/^(?:#|https:\/\/github\.com\/djdev\/)/.test(address)),
    ).toEqual([]);
    expect(html).not.toMatch(/<(?:link|iframe|object|embed|base)\b|@import|url\(/);
    expect(html.includes('content="default-src &#39;none&#39;; ')).toBe(true);
  },
);

test('text of an application is text', () => {
  const html = formatHtml(sampleRuns.failures);
  expect(html.match(/<script/g)).toHaveLength(1);
  for (const text of ['<img', '\u0000', '\u001b', '\ufffe']) expect(html).not.toContain(text);
  expect(html.isWellFormed()).toBe(true);
});

test('a thousand findings are a page of less than two megabytes', () => {
  expect(formatHtml(runWithFindings(1000)).length).toBeLessThan(2_000_000);
});
