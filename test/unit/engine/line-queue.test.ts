import { expect, test } from 'vitest';
import type { LogLine } from '../../../src/engine/engine.ts';
import { keptCharacters, keptLines, LineQueue } from '../../../src/engine/line-queue.ts';

const line = (text: string): LogLine => ({ stream: 'stdout', text });

async function texts(queue: LineQueue): Promise<readonly string[]> {
  const read: string[] = [];
  for await (const { text } of queue) read.push(text);
  return read;
}

test('gives what came before and what comes while reading, then ends', async () => {
  const queue = new LineQueue();
  queue.push([line('a')]);
  const reading = texts(queue);
  queue.push([line('b'), line('c')]);
  queue.end();
  expect(await reading).toEqual(['a', 'b', 'c']);
});

test('gives an error after the lines before it', async () => {
  const queue = new LineQueue();
  queue.push([line('a')]);
  queue.end(new Error('gone'));
  const read: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const { text } of queue) read.push(text);
  };
  await expect(reading()).rejects.toThrow('gone');
  expect(read).toEqual(['a']);
});

test('keeps the newest lines while nobody reads, within its bound', async () => {
  const queue = new LineQueue();
  for (let index = 0; index < 5 * keptLines; index += 1) queue.push([line(String(index))]);
  queue.end();
  const read = await texts(queue);
  expect(read.length).toBeGreaterThanOrEqual(keptLines);
  expect(read.length).toBeLessThanOrEqual(2 * keptLines);
  expect(read.at(-1)).toBe(String(5 * keptLines - 1));
  expect(Number(read.at(-1)) - Number(read[0])).toBe(read.length - 1);
});

test('bounds characters as well as lines', async () => {
  const queue = new LineQueue();
  const megabyte = 'x'.repeat(1024 * 1024);
  for (let index = 0; index < 40; index += 1) queue.push([line(megabyte)]);
  queue.end();
  const characters = (await texts(queue)).reduce((sum, text) => sum + text.length, 0);
  expect(characters).toBeGreaterThanOrEqual(keptCharacters);
  expect(characters).toBeLessThanOrEqual(2 * keptCharacters);
});

test('makes the source wait for a slow reader only, and wakes it', async () => {
  const queue = new LineQueue();
  const drained: string[] = [];
  const many = Array.from({ length: 3_000 }, (_, index) => line(String(index)));
  queue.push(many);
  expect(queue.isFull(() => drained.push('unread'))).toBe(false);

  const reader = queue[Symbol.asyncIterator]();
  await reader.next();
  queue.push(many);
  expect(queue.isFull(() => drained.push('reading'))).toBe(true);
  for (let index = 1; index < 3_000; index += 1) await reader.next();
  expect(drained).toEqual([]);
  expect((await reader.next()).value).toEqual(line('0'));
  expect(drained).toEqual(['reading']);
});

test('throws the rest away when its reader leaves, and lets the source go on', async () => {
  const queue = new LineQueue();
  queue.push([line('a')]);
  for await (const _ of queue) break;
  queue.push(Array.from({ length: 3_000 }, () => line('b')));
  expect(queue.isFull(() => {})).toBe(false);
  await expect(texts(queue)).rejects.toThrow('once');
});
