import { expect, test } from 'vitest';
import { choosePages, pageLimit } from '../../../../src/rehearse/smoke/discover-pages.ts';

const page = (path: string, more: Partial<Parameters<typeof choosePages>[0][number]> = {}) => ({
  path,
  name: '',
  view: 'shop.views.page',
  methods: null,
  ...more,
});

test('pages that only show something are asked for, each once', () => {
  const paths = [
    '/',
    '/events/',
    '/polls/',
    '/live/',
    '/accounts/password_reset/',
    '/sitemap.xml',
    '/',
  ];
  expect(choosePages(paths.map((path) => page(path)))).toEqual({
    paths: paths.slice(0, -1),
    leftOut: [],
  });
});

test.each([
  [page('/logout/'), 'may do something: logout'],
  [page('/go/', { name: 'sign-out' }), 'may do something: sign-out'],
  [page('/cart/', { view: 'shop.views.ClearCart' }), 'may do something: Clear'],
  [page('/cron/nightly'), 'may do something: cron'],
  [page('/updates/stream'), 'may never end: stream'],
  [page('/api/pay/', { methods: ['post'] }), 'takes no GET'],
])('%o is left out', (pattern, reason) => {
  expect(choosePages([pattern])).toEqual({ paths: [], leftOut: [{ path: pattern.path, reason }] });
});

test('what is the admin’s own is left out without a word', () => {
  const view = 'django.contrib.admin.sites.logout';
  expect(choosePages([page('/admin/logout/', { view })])).toEqual({ paths: [], leftOut: [] });
});

test('there is an end to how many', () => {
  const found = Array.from({ length: pageLimit + 2 }, (_, index) => page(`/${index}/`));
  const { paths, leftOut } = choosePages(found);
  expect([paths.length, leftOut.length, leftOut[0]?.reason]).toEqual([
    pageLimit,
    2,
    `more than ${pageLimit} pages`,
  ]);
});
