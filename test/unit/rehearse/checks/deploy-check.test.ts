import { expect, test } from 'vitest';
import { checkDeployMessages } from '../../../../src/rehearse/checks/deploy-check.ts';

function messageOf(id: string, level: number, text = 'Something is so. Do something.') {
  return { id, level, text, hint: 'Django’s hint', object: '' };
}

test.each([
  ['fields.E304', 40, 'fail'],
  ['security.W009', 30, 'fail'],
  ['security.W018', 30, 'fail'],
  ['security.W020', 30, 'fail'],
  ['security.W004', 30, 'warn'],
  ['models.W042', 30, 'warn'],
  ['shop.I001', 20, 'pass'],
])('%s of level %i: %s', (id, level, expected) => {
  expect(checkDeployMessages([messageOf(id, level)]).map((finding) => finding.level)).toEqual([
    expected,
  ]);
});

test('the first sentence is the title, the rest the detail', () => {
  const text =
    'You have not set a value for the SECURE_HSTS_SECONDS setting. If your entire site is served\n' +
    'only over SSL, you may want to consider setting a value.';
  const [finding] = checkDeployMessages([messageOf('security.W004', 30, text)]);
  expect(finding).toEqual({
    code: 'deploy-check',
    level: 'warn',
    step: 'settings',
    title: 'security.W004: You have not set a value for the SECURE_HSTS_SECONDS setting.',
    detail:
      'If your entire site is served only over SSL, you may want to consider setting a value.',
    hint:
      'Set SECURE_HSTS_SECONDS, first to an hour, later to a year. If the proxy in front of ' +
      'production does this, list the id in SILENCED_SYSTEM_CHECKS.',
  });
});

test('the object and Django’s own hint are kept', () => {
  const message = { ...messageOf('models.W042', 30), object: 'catalog.Product' };
  const [finding] = checkDeployMessages([message]);
  expect(finding?.detail).toBe('catalog.Product\nDo something.');
  expect(finding?.hint).toBe('Django’s hint');
});

test('no message is a pass', () => {
  expect(checkDeployMessages([]).map(({ level }) => level)).toEqual(['pass']);
});
