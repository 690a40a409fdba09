import { describe, expect, it } from 'vitest';
import { QueuedReload } from '../../../src/reload/queued-reload.ts';

describe('QueuedReload', () => {
  it('has one reload in flight and one queued, which takes all paths that came meanwhile', async () => {
    const asked: (readonly string[])[] = [];
    const first = Promise.withResolvers<void>();
    const queue = new QueuedReload(async (paths) => {
      asked.push(paths);
      if (asked.length === 1) await first.promise;
      return { kind: 'layer', ms: asked.length };
    });
    const results = [queue.add(['a']), queue.add(['b']), queue.add(['c', 'b'])];
    first.resolve();
    expect(await Promise.all(results)).toEqual([
      { kind: 'layer', ms: 1 },
      { kind: 'layer', ms: 2 },
      { kind: 'layer', ms: 2 },
    ]);
    expect(asked).toEqual([['a'], ['b', 'c']]);
  });

  it('goes on after a reload that could not be carried out', async () => {
    let fails = true;
    const queue = new QueuedReload(async () => {
      if (fails) throw new Error('no engine');
      return { kind: 'warm', ms: 1 };
    });
    await expect(queue.add(['a'])).rejects.toThrow('no engine');
    fails = false;
    expect(await queue.add(['a'])).toEqual({ kind: 'warm', ms: 1 });
  });
});
