import { expect, test } from 'vitest';
import { choosePort } from '../../../src/stack/choose-ports.ts';

test('a port is the same every day, and another in the next checkout', () => {
  const port = choosePort('shop-a1b2c3', 'web', 8000, 0);
  expect(choosePort('shop-a1b2c3', 'web', 8000, 0)).toBe(port);
  expect(choosePort('shop-d4e5f6', 'web', 8000, 0)).not.toBe(port);
  expect(choosePort('shop-a1b2c3', 'postgres', 5432, 0)).not.toBe(port);
});

test('the next attempt is another port, and all are in the range', () => {
  const ports = Array.from({ length: 20_000 }, (_, attempt) =>
    choosePort('shop-a1b2c3', 'web', 8000, attempt),
  );
  expect(new Set(ports).size).toBe(10_000);
  expect([Math.min(...ports), Math.max(...ports)]).toEqual([20_000, 29_999]);
});
