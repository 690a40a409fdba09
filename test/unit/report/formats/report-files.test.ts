import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { renderReportFiles } from '../../../../src/report/formats/report-files.ts';
import { sampleRuns } from '../../../support/sample-runs.ts';

const schema = new URL('../../../../report.schema.json', import.meta.url);
const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const isReport = ajv.compile(JSON.parse(await readFile(schema, 'utf8')) as object);

test.each(Object.entries(sampleRuns))('report.json of %s fits the published schema', (_, run) => {
  const file = renderReportFiles(run).find(({ path }) => path === 'report.json');
  isReport(JSON.parse(file?.text ?? ''));
  expect(isReport.errors ?? []).toEqual([]);
});

test('a whole directory', () => {
  const files = renderReportFiles(sampleRuns.failures);
  expect(files.map(({ path }) => path)).toEqual([
    'report.json',
    'report.html',
    'summary.md',
    'junit.xml',
    'report.sarif',
    'codequality.json',
    'logs/boot-web.log',
    'logs/smoke-web.log',
    'responses/01-GET-basket-next-script.txt',
  ]);
});

test('a response that was not expected can be sent again and looked at', () => {
  const file = renderReportFiles(sampleRuns.failures).at(-1);
  expect(file?.text.slice(0, 240)).toMatchInlineSnapshot(`
    "curl -i -H 'host: shop.example.com' 'http://127.0.0.1:49153/basket/?next=<script>'

    HTTP 500
    content-type: text/html; charset=utf-8
    x-frame-options: DENY

    <h1>Server Error (500)</h1>
    </script><script>document.title="owned"</script>
    <img src"
  `);
});

test('logs hold no control characters', () => {
  const logs = renderReportFiles(sampleRuns.failures).filter(({ path }) =>
    path.startsWith('logs/'),
  );
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  for (const { text } of logs) expect(text).not.toMatch(/[\u0000-\u0008\u001b]/);
});
