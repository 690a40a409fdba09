import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { formatCodeQuality } from '../../../../src/report/formats/code-quality.ts';
import { runWithFindings, sampleRuns } from '../../../support/sample-runs.ts';

// GitLab drops a report in which one entry lacks one of these, and shows five severities.
const isCodeQuality = new Ajv().compile({
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', pattern: String.raw`^[^\n]+$` },
      check_name: { type: 'string' },
      fingerprint: { type: 'string', minLength: 32 },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string', pattern: '^[^/.]' },
          lines: {
            type: 'object',
            required: ['begin'],
            properties: { begin: { type: 'integer', minimum: 1 } },
          },
        },
      },
    },
  },
});

test.each([...Object.entries(sampleRuns), ['many', runWithFindings(300)] as const])(
  'the run %s is a report that GitLab reads',
  (_, { report }) => {
    const entries: readonly { fingerprint: string }[] = JSON.parse(formatCodeQuality(report));
    isCodeQuality(entries);
    expect(isCodeQuality.errors ?? []).toEqual([]);
    expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
  },
);

test('one entry, whole', () => {
  const [entry] = JSON.parse(formatCodeQuality(sampleRuns.failures.report)) as unknown[];
  expect(entry).toMatchInlineSnapshot(`
    {
      "check_name": "deploy-check",
      "description": "SECURE_HSTS_SECONDS is not set. Set SECURE_HSTS_SECONDS = 3600 in the production settings, and raise it later.",
      "fingerprint": "381784b0d85b19cbfda49d432052c7c2",
      "location": {
        "lines": {
          "begin": 14,
        },
        "path": "config/settings/production.py",
      },
      "severity": "minor",
    }
  `);
});
