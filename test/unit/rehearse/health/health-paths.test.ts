import { expect, test } from 'vitest';
import { healthPaths } from '../../../../src/rehearse/health/health-paths.ts';

test('a declared health URL is the only one', () => {
  expect(healthPaths('/alive', { healthcheck: undefined })).toEqual(['/alive']);
});

test('without one, the image says where it is, then what is usual', () => {
  const healthcheck = ['CMD-SHELL', "curl -f 'http://localhost:8000/status/?full=1' || exit 1"];
  expect(healthPaths(undefined, { healthcheck })).toMatchInlineSnapshot(`
    [
      "/status/?full=1",
      "/healthz/",
      "/up/",
      "/health/",
      "/ht/",
      "/__heartbeat__",
      "/api/v3/status/",
      "/",
      "/admin/login/",
    ]
  `);
  expect(healthPaths(undefined, { healthcheck: ['CMD', 'pg_isready'] })[0]).toBe('/healthz/');
});
