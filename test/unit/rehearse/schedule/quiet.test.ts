import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createQuiet } from '../../../../src/rehearse/schedule/quiet.ts';

async function* letters(): AsyncGenerator<string> {
  yield* ['a', 'b', 'c'];
}

test('a held stream stands still while something is measured, and then goes on', async () => {
  const quiet = createQuiet();
  const order: string[] = [];
  const measuring = Promise.withResolvers<void>();
  const measured = quiet.during(async () => {
    await measuring.promise;
    order.push('measured');
  });
  const reading = (async () => {
    for await (const letter of quiet.hold(letters())) order.push(letter);
  })();
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([]);
  measuring.resolve();
  await Promise.all([measured, reading]);
  expect(order).toEqual(['measured', 'a', 'b', 'c']);
});

test('measured work that fails does not hold the stream for ever', async () => {
  const quiet = createQuiet();
  const failing = quiet.during(() => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await Readable.from(quiet.hold(letters())).toArray()).toEqual(['a', 'b', 'c']);
});
