import { expect, test } from 'vitest';
import { healthUnhealthy, type UnhealthyAnswer } from '../../../../src/rehearse/checks/health.ts';

function judge(answer: Partial<UnhealthyAnswer>) {
  return healthUnhealthy({
    path: '/healthz/',
    status: 500,
    location: undefined,
    host: 'shop.example.com',
    isDeclared: true,
    evidence: '',
    ...answer,
  });
}

test('health-unhealthy: a host that Django does not allow', () => {
  expect(judge({ status: 400, evidence: 'Invalid HTTP_HOST header' })).toMatchInlineSnapshot(`
    {
      "code": "health-unhealthy",
      "detail": "Invalid HTTP_HOST header",
      "hint": "ALLOWED_HOSTS of the production settings does not hold “shop.example.com”. Add it, or set rehearse.host in djdev.yaml to a host that is there. Platforms often ask with the container's address as host: then answer the health URL before Django checks the host.",
      "level": "fail",
      "step": "boot",
      "title": "The health URL /healthz/ answers 400.",
    }
  `);
});

test.each([
  [{ status: 301, location: 'https://shop.example.com/healthz/' }, 'It redirects to itself'],
  [{ status: 302, location: '/login/' }, 'It redirects to /login/.'],
  [{ status: 401 }, 'Let /healthz/ answer without a login'],
  [{ status: 404 }, 'There is no page at /healthz/.'],
  [{ evidence: 'relation "auth_user" does not exist' }, 'The table auth_user is missing'],
  [{ evidence: 'Missing staticfiles manifest entry' }, 'Static files were not collected'],
  [{ status: 502 }, '/healthz/ fails.'],
])('health-unhealthy: %o', (answer, hint) => {
  const finding = judge(answer);
  expect(finding).toMatchObject({ code: 'health-unhealthy', level: 'fail' });
  expect(finding.hint.startsWith(hint)).toBe(true);
});

test('health-unhealthy: only a warning where no health URL was declared and none is there', () => {
  expect(judge({ path: '/admin/login/', status: 404, isDeclared: false })).toMatchObject({
    level: 'warn',
    title: 'The application answers, but no health URL was found.',
  });
  expect(judge({ path: '/', status: 500, isDeclared: false })).toMatchObject({ level: 'fail' });
});
