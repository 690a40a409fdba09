import { expect, test } from 'vitest';
import { summariseReport } from '../../../src/mcp/summarise-report.ts';
import { mcpTools } from '../../../src/mcp/tools.ts';
import { sampleRuns } from '../../support/sample-runs.ts';

test('a summary has what is wrong, failures first, and no passes', () => {
  const { report } = sampleRuns.failures;
  const { verdict, findings } = summariseReport(report) as {
    readonly verdict: string;
    readonly findings: readonly { readonly level: string; readonly code: string }[];
  };
  expect(verdict).toBe('fail');
  const levels = findings.map(({ level }) => level);
  expect(levels).toEqual(levels.toSorted());
  expect(new Set(levels)).toEqual(new Set(['fail', 'warn']));
  expect(findings).toHaveLength(report.findings.filter(({ level }) => level !== 'pass').length);
});

test('progress is the step that begins, and nothing else', () => {
  const progressOf = mcpTools.find(({ name }) => name === 'rehearse')?.progressOf;
  const lines = [
    '{"type":"step-started","step":"build","at":1}',
    '{"type":"line-logged","step":"build","line":"x"}',
    'What a library wrote to stderr.',
  ];
  expect(lines.map((line) => progressOf?.(line))).toEqual(['build', undefined, undefined]);
});

test('of a long log the newest lines are kept', () => {
  const logs = mcpTools.find(({ name }) => name === 'logs');
  const lines = Array.from({ length: 10_000 }, (_, index) => `web | line ${index}`);
  const result = { exitCode: 0, stdout: `${lines.join('\n')}\n`, stderr: '' };
  const { text = '' } = logs?.answer(result) ?? {};
  expect(text.length).toBeLessThan(61_000);
  expect(text.split('\n')[0]).toBe('(older lines are left out)');
  expect(text.trimEnd().split('\n').at(-1)).toBe('web | line 9999');
  expect(text.split('\n')[1]).toMatch(/^web \| line \d+$/u);
});
