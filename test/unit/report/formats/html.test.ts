import { expect, test } from 'vitest';
import { formatHtml } from '../../../../src/report/formats/html.ts';
import { hostileText, runWithFindings, sampleRuns } from '../../../support/sample-runs.ts';

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

test('ten thousand lines of log that want to do harm are the last two hundred, as text', () => {
  const lines = Array.from({ length: 1000 }, () => hostileText.split('\n')).flat();
  const log = { step: 'smoke', source: 'web', dropped: 0, lines } as const;
  const html = formatHtml({ ...sampleRuns.clean, logs: [log] });
  expect(html.length).toBeLessThan(100_000);
  expect(html.match(/&lt;img src=x/g)).toHaveLength(20);
  expect(html.match(/<script/g)).toHaveLength(1);
});

test('how the old release fared is told without any migration too', () => {
  const { stalled } = sampleRuns;
  const { migrations } = stalled.report;
  const report = {
    ...stalled.report,
    ...(migrations && { migrations: { ...migrations, migrations: [] } }),
  };
  expect(formatHtml({ ...stalled, report })).toContain('7 of 110 requests failed');
});

test('a deployment is told by phase, by cause, and by what is lost on the way', () => {
  const html = formatHtml(sampleRuns.rollout);
  expect(html).toContain('This deploy would have cost 4.9 s and 8 of 81 requests');
  expect(html).toContain('<title>boot: 7 failed, 1.3 s</title>');
  expect(html).toContain('POST /orders/ of the old release answers 500');
  expect(html).toContain('Sessions</th><td class="failed"><span class="outcome">lost</span>');
});

test('each layer is told with what made it, what it weighs, and what of it nobody sees', () => {
  const html = formatHtml(sampleRuns.clean);
  expect(html).toContain('168 MB in 7 layers, 9.5 MB of them in files that a later layer');
  expect(html).toContain('<code>COPY . .</code></th>\n<td class="number">9.4 MB</td>');
  expect(html).toContain('<td class="number"><span class="wasted">9.1 MB</span></td>');
  expect(html).toContain('the image does not say');
});

test('each variable is told with what the settings do without it', () => {
  const html = formatHtml(sampleRuns.clean);
  expect(html).toContain(
    '7 variables; 4 taken away to see what the settings do: 3 times without an error.',
  );
  expect(html).toContain('no error</span>: the settings take another <code>SECRET_KEY</code></td>');
  expect(html).toContain('<span class="outcome">nobody</span>, named at djdev.yaml:14');
});
