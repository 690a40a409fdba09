import { expect, test } from 'vitest';
import { judgeFinding, type Policy } from '../../../../src/rehearse/policy/judge-finding.ts';
import { fingerprintFinding } from '../../../../src/rehearse/policy/fingerprint-finding.ts';
import type { Finding } from '../../../../src/report/finding.ts';
import type { CheckRule } from '../../../../src/project/project.ts';

const finding: Finding = {
  code: 'deploy-check',
  level: 'warn',
  step: 'settings',
  title: 'security.W004: SECURE_HSTS_SECONDS is not set',
  detail: '',
  hint: 'Set it.',
};

const rule = (changes: Partial<CheckRule>): CheckRule => ({
  code: 'deploy-check',
  level: 'off',
  reason: 'HSTS is set at the CDN',
  location: { file: 'djdev.yaml', line: 7 },
  ...changes,
});

const policy = (...rules: CheckRule[]): Policy => ({
  rules,
  baseline: new Set(),
  today: '2026-06-01',
});

test('without a rule a finding stays as it is', () => {
  expect(judgeFinding(finding, policy())).toBe(finding);
  expect(judgeFinding(finding, policy(rule({ code: 'image-over-budget' })))).toBe(finding);
});

test('a rule gives the level, and the finding says who did that and why', () => {
  expect(judgeFinding(finding, policy(rule({ until: '2026-06-01' })))).toEqual({
    ...finding,
    level: 'pass',
    judgement: {
      from: 'warn',
      by: 'rule',
      reason: 'HSTS is set at the CDN',
      until: '2026-06-01',
    },
  });
  expect(judgeFinding(finding, policy(rule({ level: 'fail' })))).toMatchObject({
    level: 'fail',
    judgement: { from: 'warn' },
  });
});

test('the first rule that fits holds, and contains narrows it', () => {
  const other = rule({ contains: 'security.W008', level: 'off' });
  const own = rule({ contains: 'security.W004', level: 'fail' });
  expect(judgeFinding(finding, policy(other, own, rule({})))).toMatchObject({ level: 'fail' });
});

test('a rule whose date has passed is told of and holds no more', () => {
  const judged = judgeFinding(finding, policy(rule({ until: '2026-05-31' })));
  expect(judged.level).toBe('warn');
  expect(judged.hint).toBe('Set it.\nrehearse.checks.deploy-check (line 7) held until 2026-05-31.');
});

test('the baseline knows a finding again although its numbers moved', () => {
  const slow: Finding = {
    ...finding,
    code: 'boot-over-budget',
    title: 'boot took 21.4 s, not 20 s',
  };
  const known = new Set([fingerprintFinding({ ...slow, title: 'boot took 25 s, not 20 s' })]);
  const judged = judgeFinding(slow, { ...policy(), baseline: known });
  expect(judged).toMatchObject({ level: 'pass', judgement: { from: 'warn', by: 'baseline' } });
  const elsewhere = { ...slow, location: { file: 'Dockerfile' } };
  expect(judgeFinding(elsewhere, { ...policy(), baseline: known }).level).toBe('warn');
});

test('the baseline with one migration does not cover the next', () => {
  const unsafe = (name: string): Finding => ({ ...finding, title: `shop.${name} is unsafe` });
  const known = new Set([fingerprintFinding(unsafe('0005_total'))]);
  const judge = (name: string) =>
    judgeFinding(unsafe(name), { ...policy(), baseline: known }).level;
  expect([judge('0005_total'), judge('0006_total')]).toEqual(['pass', 'warn']);
});

test('nothing turns what could not be measured into a pass', () => {
  const failed: Finding = { ...finding, code: 'build-failed', level: 'fail' };
  const baseline = new Set([fingerprintFinding(failed)]);
  const all = { ...policy(rule({ code: 'build-failed' })), baseline };
  expect(judgeFinding(failed, all)).toBe(failed);
});
