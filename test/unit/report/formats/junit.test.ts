import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { formatJunit } from '../../../../src/report/formats/junit.ts';
import type { Report } from '../../../../src/report/report.ts';
import { runWithFindings, sampleRuns } from '../../../support/sample-runs.ts';

const schema = await readFile(
  new URL('../../../support/schemas/junit.xsd', import.meta.url),
  'utf8',
);

async function findFaults(xml: string): Promise<readonly string[]> {
  const xmlFile = [{ fileName: 'junit.xml', contents: xml }];
  const { errors } = await validateXML({ xml: xmlFile, schema: [schema] });
  return errors.map(({ message }) => message);
}

/** Names of the test cases, by element of their result. */
function readCases(xml: string): Readonly<Record<string, readonly string[]>> {
  const cases = xml.matchAll(
    /<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(?:\/>|>\s*<([\w-]+))/g,
  );
  const read = [...cases].map(([, classname, name, result = 'passed']) => ({
    result,
    name: `${classname} ${name}`,
  }));
  return Object.fromEntries(
    [...Map.groupBy(read, ({ result }) => result)].map(([result, all]) => [
      result,
      all.map(({ name }) => name),
    ]),
  );
}

test.each([...Object.entries(sampleRuns), ['many', runWithFindings(300)] as const])(
  'the run %s is JUnit XML that strict readers take, with no name twice',
  async (_, { report }) => {
    expect(await findFaults(formatJunit(report))).toEqual([]);
  },
);

test('what the deploy would have cost stands in the suite of the rollout', () => {
  expect(formatJunit(sampleRuns.rollout.report)).toContain(
    '<system-out>This deploy would have cost 4.9 s and 8 of 81 requests',
  );
});

test('the schema finds what strict readers refuse', async () => {
  const xml = formatJunit(sampleRuns.failures.report);
  expect(await findFaults(xml.replace(' tests="', ' more="1" tests="'))).not.toEqual([]);
  const first = /<testcase [^>]*\/>/.exec(xml)?.[0] ?? '';
  expect(await findFaults(xml.replace(first, first + first))).not.toEqual([]);
});

test('failures, warnings and skipped steps are what GitLab and Jenkins show as such', () => {
  expect(readCases(formatJunit(sampleRuns.failures.report))).toMatchInlineSnapshot(`
    {
      "failure": [
        "djdev.rehearse.image image-over-budget: The image has …, its budget is ….",
        "djdev.rehearse.smoke GET /basket/?next=&lt;script&gt;",
        "djdev.rehearse.shutdown shutdown-killed: The production process did not end within … after SIGTERM and had to be killed.",
      ],
      "passed": [
        "djdev.rehearse.preflight step preflight",
        "djdev.rehearse.build step build",
        "djdev.rehearse.database step database",
        "djdev.rehearse.settings step settings",
        "djdev.rehearse.migrate step migrate",
        "djdev.rehearse.migrate migration-applied: … migrations were applied in ….",
        "djdev.rehearse.static step static",
        "djdev.rehearse.boot step boot",
        "djdev.rehearse.smoke GET /healthz/",
        "djdev.rehearse.smoke GET /",
        "djdev.rehearse.smoke GET /products/",
      ],
      "system-out": [
        "djdev.rehearse.image image-runs-as-root: The production process runs as root.",
        "djdev.rehearse.settings deploy-check: SECURE_HSTS_SECONDS is not set.",
      ],
    }
  `);
  expect(Object.keys(readCases(formatJunit(sampleRuns.brokenBuild.report)))).toEqual([
    'passed',
    'failure',
    'skipped',
  ]);
});

test('the text of a failure is in its body, where GitLab looks', () => {
  const xml = formatJunit(sampleRuns.failures.report);
  const body = /<failure message="The image has [^>]*>([^<]*)<\/failure>/.exec(xml)?.[1];
  expect(body).toMatchInlineSnapshot(`
    "The image has 612 MB, its budget is 400 MB.

    The largest layers:
      311 MB  RUN pip install -r requirements.txt
      142 MB  COPY . .

    What to do: Install build tools in a stage of their own, and copy what they made.

    https://github.com/djdev/djdev/blob/main/docs/findings.md#image-over-budget"
  `);
});

test('a run that found no engine is one error', () => {
  const xml = formatJunit(sampleRuns.noData.report);
  expect(readCases(xml)).toEqual({ error: ['djdev.rehearse start'] });
  expect(xml).toContain('tests="1" failures="0" errors="1"');
});

test('names are the same when times, sizes and ports are not', () => {
  const { report } = sampleRuns.failures;
  const other: Report = {
    ...report,
    ms: 99,
    startedAt: '2027-01-01T00:00:00.000Z',
    findings: report.findings.map((finding) => ({
      ...finding,
      title: finding.title.replace('612 MB', '598.5 MB').replace('2.2 s', '940 ms'),
    })),
  };
  expect(readCases(formatJunit(other))).toEqual(readCases(formatJunit(report)));
});
