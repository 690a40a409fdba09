import { expect, test } from 'vitest';
import { gateRefused } from '../../../../src/rehearse/checks/rollout-gate.ts';

const about = { platform: 'Kamal', path: '/up', host: '4f1c9b:8000' };

test.each([
  [400, 'gets 400.', 'ALLOWED_HOSTS'],
  [404, 'gets 404.', 'URLconf'],
  [301, 'gets 301.', 'SECURE_REDIRECT_EXEMPT = [r"^up$"]'],
  [503, 'gets 503.', 'do not come through the proxy'],
  [0, 'gets no answer.', 'do not come through the proxy'],
])('a probe that is answered %i', (status, title, hint) => {
  const finding = gateRefused({ ...about, status });
  expect(finding.title).toBe(`Kamal would keep the old release: its probe of /up ${title}`);
  expect(finding.hint).toContain(hint);
});
