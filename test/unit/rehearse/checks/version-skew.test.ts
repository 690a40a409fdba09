import { expect, test } from 'vitest';
import { checkVersionSkew } from '../../../../src/rehearse/checks/version-skew.ts';
import type { CarriedThing, Crossing } from '../../../../src/report/rollout-report.ts';
import { sampleRollout } from '../../../support/sample-rollout.ts';

const lost = (
  what: CarriedThing,
  detail = '',
  direction: Crossing['direction'] = 'old-to-new',
): Crossing => ({ what, direction, outcome: 'lost', detail });

const check = (...crossings: readonly Crossing[]) =>
  checkVersionSkew('v1', { crossings, assets: [] });
const codes = (...crossings: readonly Crossing[]) =>
  check(...crossings).map(({ level, code }) => `${level} ${code}`);

test('with a new key sessions, logins and signatures are one finding', () => {
  const key = 'SECRET_KEY differs';
  const found = check(lost('session', key), lost('login', key), lost('signed', key), lost('csrf'));
  expect(found.map(({ code }) => code)).toEqual(['sessions-lost']);
  expect(found[0]?.hint).toContain('SECRET_KEY_FALLBACKS');
});

test('each thing that is lost alone has its own code', () => {
  expect(codes(lost('login'))).toEqual(['fail sessions-lost']);
  expect(codes(lost('csrf'))).toEqual(['fail csrf-lost']);
  expect(codes(lost('signed'))).toEqual(['warn signed-data-lost']);
  expect(codes(lost('cached'))).toEqual(['warn cached-values-unreadable']);
  expect(codes(lost('task', 'mail.send: …'))).toEqual(['warn queued-task-lost']);
});

test('a CSRF cookie of another name is a cause of its own', () => {
  const names = 'CSRF_COOKIE_NAME: csrftoken → shopcsrf';
  expect(codes(lost('session'), lost('csrf', names))).toEqual([
    'fail sessions-lost',
    'fail csrf-lost',
  ]);
});

test('what only the old release does not take is how keys are changed, and no finding', () => {
  expect(codes(lost('session', '', 'new-to-old'), lost('signed', '', 'new-to-old'))).toEqual([]);
});

test('what could not be tried is neither lost nor kept', () => {
  const crossing = { ...lost('session'), outcome: 'not-tried' } as const;
  expect(codes(crossing)).toEqual([]);
});

test('files that old pages ask for are named, with an answer that a CDN keeps', () => {
  const { assets = [] } = sampleRollout.skew ?? {};
  const [found, ...others] = checkVersionSkew('v1', { crossings: [], assets });
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    code: 'old-assets-gone',
    level: 'warn',
    title:
      'Pages of v1 lose 1 of 4 files at the deploy: /static/css/site.4f1c9b.css is answered with 404.',
    detail: expect.stringContaining('A CDN keeps the answer “404”: Cache-Control: max-age=600.'),
  });
});
