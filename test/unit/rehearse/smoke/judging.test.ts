import { expect, test } from 'vitest';
import type { Expected, SmokeExpectation } from '../../../../src/project/smoke.ts';
import { compareAnswer, percentile95 } from '../../../../src/rehearse/checks/smoke.ts';
import { captureValues } from '../../../../src/rehearse/smoke/capture-values.ts';

const nothing: SmokeExpectation = {
  status: { kind: 'equals', value: 200 },
  headers: {},
  contains: [],
  absent: [],
  select: {},
  jsonPath: {},
  location: undefined,
};

const page = {
  status: 200,
  headers: { 'content-type': 'text/html', 'content-length': '120', location: '/new/?a=1' },
  body: Buffer.from(
    `<!doctype html><title>Shop</title><h1>Every\n  day <b>things</b></h1><!-- <h2>no</h2> -->
     <ul><li class="a">one<li class="a">two</ul><a href="/next/" data-id=7>More</a>`,
  ),
};
const data = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(
    '{"count":2,"next":null,"results":[{"id":1,"name":"Tea"},{"id":2,"name":"Cup"}]}',
  ),
};

const contains = (text: string): Expected => ({ kind: 'contains', text });
const matches = (pattern: string): Expected => ({ kind: 'matches', pattern, flags: '' });
const equals = (value: string | number | null): Expected => ({ kind: 'equals', value });
const between = (min?: number, max?: number): Expected => ({
  kind: 'between',
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
const exists: Expected = { kind: 'exists' };
const absent: Expected = { kind: 'absent' };

const compare = (answer: typeof page | typeof data, expected: Partial<SmokeExpectation>) =>
  compareAnswer({ ...nothing, ...expected }, answer, 'https://shop.example.com');

test('an answer that is as expected in every way', () => {
  expect(
    compare(page, {
      status: between(200, 299),
      headers: {
        'content-type': matches('^text/'),
        'x-debug': absent,
        'content-length': between(1, 200),
      },
      contains: [contains('<title>'), matches('Every\\s+day')],
      absent: [contains('Traceback')],
      select: {
        h1: equals('Every day things'),
        'li.a': equals(2),
        h2: absent,
        a: exists,
        li: between(2),
      },
      location: equals('/new/?a=1'),
    }),
  ).toEqual([]);
  expect(
    compare(data, {
      jsonPath: {
        '$.count': equals(2),
        '$.next': equals(null),
        '$.results': between(2, 2),
        '$.results[*].name': contains('Cup'),
        '$.results[?@.id == 2].name': matches('^C'),
        '$..id': exists,
        '$.error': absent,
      },
    }),
  ).toEqual([]);
});

test('every difference says what was expected and what came', () => {
  expect([
    ...compare(page, {
      status: between(300, 399),
      headers: { 'content-type': matches('json'), etag: exists, 'content-length': absent },
      contains: [matches('Tea(pot)?')],
      absent: [matches('things?')],
      select: {
        h1: contains('Bye'),
        'li.a': between(3),
        h2: exists,
        a: absent,
        p: contains('x'),
        ul: equals(2),
      },
      location: equals('/old/'),
    }),
    ...compare(data, {
      jsonPath: {
        '$.count': equals('2'),
        '$.results': between(3),
        '$.nothing': contains('a'),
        '$.next': absent,
      },
    }),
    ...compare(page, { jsonPath: { $: exists } }),
  ]).toMatchInlineSnapshot(`
    [
      "Expected status 300–399, got 200 to /new/?a=1.",
      "Expected the location to be “/old/”, got “/new/?a=1”.",
      "Expected the body to match /Tea(pot)?/.",
      "Expected the body not to match /things?/.",
      "Expected the header content-type to match /json/, got “text/html”.",
      "Expected the header etag, got none.",
      "Expected no header content-length, got “120”.",
      "Expected an element h1 to contain “Bye”, got “Every day things”.",
      "Expected the number of elements li.a to be at least 3, got 2.",
      "Expected an element h2, got none.",
      "Expected no element a, got 1 element.",
      "Expected an element p to contain “x”, got no such element.",
      "Expected 2 elements ul, got 1.",
      "Expected $.count to be “2”, got 2.",
      "Expected $.results to be at least 3, got a list of 2.",
      "Expected $.nothing to contain “a”, got nothing.",
      "Expected $.next not to be there, got null.",
      "Expected a body of JSON, and it cannot be read as that.",
    ]
  `);
});

test('an address of the site is also known by its path', () => {
  const away = (location: string) => ({ ...page, headers: { ...page.headers, location } });
  const wanted = { location: equals('/new/') };
  expect(compare(away('https://shop.example.com/new/'), wanted)).toEqual([]);
  expect(compare(away('https://evil.example.com/new/'), wanted)).toHaveLength(1);
});

test('the 95th percentile leaves one of twenty out', () => {
  const times = Array.from({ length: 20 }, (_, index) => index + 1);
  expect(percentile95(times)).toBe(19);
  expect(percentile95([5])).toBe(5);
  expect(percentile95([1, 9])).toBe(9);
});

test('values are captured from everywhere, and one that is not there is told', () => {
  const cookie = (name: string) => (name === 'cart' ? 'c1' : undefined);
  const fromPage = captureValues(
    {
      title: { kind: 'css', selector: 'h1', attribute: undefined },
      next: { kind: 'css', selector: 'a', attribute: 'href' },
      where: { kind: 'header', name: 'location' },
      cart: { kind: 'cookie', name: 'cart' },
      id: { kind: 'matches', pattern: 'data-id=(\\d+)', flags: '' },
      none: { kind: 'css', selector: 'h6', attribute: 'id' },
      nobody: { kind: 'cookie', name: 'x' },
    },
    { response: page, cookie },
  );
  expect(Object.fromEntries(fromPage.values)).toEqual({
    title: 'Every day things',
    next: '/next/',
    where: '/new/?a=1',
    cart: 'c1',
    id: '7',
  });
  expect(fromPage.differences).toEqual([
    'Expected an element h6 with id to capture none from, got nothing.',
    'Expected the cookie x to capture nobody from, got nothing.',
  ]);
  const fromData = captureValues(
    { id: { kind: 'json', path: '$.results[1].id' }, all: { kind: 'json', path: '$.results[0]' } },
    { response: data, cookie },
  );
  expect(Object.fromEntries(fromData.values)).toEqual({ id: '2', all: '{"id":1,"name":"Tea"}' });
});
