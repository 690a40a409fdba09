import { expect, test } from 'vitest';
import { isSamePath, judgeAnswer } from '../../../../src/rehearse/health/judge-answer.ts';

test.each([
  // path, declared, status, location, judgement
  ['/up/', true, 200, '', 'healthy'],
  ['/up/', true, 204, '', 'healthy'],
  ['/up/', true, 301, 'https://shop.example.com/up/', 'unhealthy'],
  ['/up/', true, 404, '', 'unhealthy'],
  ['/up/', true, 500, '', 'retry'],
  ['/up/', true, 503, '', 'retry'],
  ['/up/', false, 404, '', 'elsewhere'],
  ['/up/', false, 302, '/login/', 'elsewhere'],
  ['/up/', false, 400, '', 'unhealthy'],
  ['/', false, 302, '/login/', 'healthy'],
  ['/', false, 301, 'https://shop.example.com/', 'elsewhere'],
  ['/', false, 403, '', 'elsewhere'],
] as const)('%s (declared: %s) %i %s → %s', (path, isDeclared, status, location, judgement) => {
  expect(judgeAnswer(path, isDeclared, { status, headers: { location } })).toBe(judgement);
});

test('a redirect to the same path on any host is a loop', () => {
  expect(isSamePath('https://shop.example.com/up/', '/up/')).toBe(true);
  expect(isSamePath('/up/?next=1', '/up/')).toBe(false);
  expect(isSamePath('/up', '/up/')).toBe(false);
});
