import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openSyncTest } from './open-sync-test.ts';

const names = ['a', 'b.py', 'c'];
const path = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));

const operation = fc.oneof(
  fc.record({ type: fc.constant('write'), path, content: fc.constantFrom('1', '2', '22', '') }),
  fc.record({ type: fc.constant('mkdir'), path }),
  fc.record({ type: fc.constant('remove'), path }),
  fc.record({ type: fc.constant('rename'), path, to: path }),
  fc.record({ type: fc.constant('link'), path, to: fc.constantFrom('a', '../c', 'nowhere') }),
  fc.record({ type: fc.constant('replace'), path, content: fc.constantFrom('1', '3') }),
  fc.record({ type: fc.constant('execute'), path }),
  fc.record({ type: fc.constant('pause'), ms: fc.constantFrom(0, 1, 5, 20) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

describeWithEngine('any sequence of operations', () => {
  test('ends in equal trees', async () => {
    await using s = await openSyncTest({ files: { 'keep/x': '' } });
    const sync = await s.start();
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 3, maxLength: 25 }), async (operations) => {
        for (const item of operations) await perform(s.root, item);
        await sync.settle(s.t.signal);
        await s.untilEqual();
      }),
      { numRuns: 60, endOnFailure: true },
    );
    expect(s.eventsOf('sync-failed')).toEqual([]);
    expect(s.eventsOf('sync-conflicted')).toEqual([]);
    expect(s.eventsOf('sync-returned')).toEqual([]);
  });
});

/** What the operating system refuses is no operation: a file below a file, say. */
async function perform(root: string, item: Operation): Promise<void> {
  if (item.type === 'pause') {
    await new Promise((resolve) => setTimeout(resolve, 'ms' in item ? item.ms : 0));
    return;
  }
  try {
    change(root, item);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

function change(root: string, item: Operation): void {
  if (!('path' in item)) return;
  const absolute = join(root, item.path);
  if (item.type !== 'remove') mkdirSync(dirname(absolute), { recursive: true });
  if (item.type === 'write' && 'content' in item) {
    // Through a symlink it would be another path's edit.
    if (lstatSync(absolute, { throwIfNoEntry: false })?.isSymbolicLink()) return;
    writeFileSync(absolute, item.content);
  }
  if (item.type === 'replace' && 'content' in item) {
    writeFileSync(`${absolute}~`, item.content);
    renameSync(`${absolute}~`, absolute);
  }
  if (item.type === 'mkdir') mkdirSync(absolute);
  if (item.type === 'remove') rmSync(absolute, { recursive: true });
  if (item.type === 'rename' && 'to' in item && existsSync(absolute)) {
    mkdirSync(dirname(join(root, item.to)), { recursive: true });
    renameSync(absolute, join(root, item.to));
  }
  if (item.type === 'link' && 'to' in item) symlinkSync(item.to, absolute);
  // Together with a new time: rights alone tell no watcher anything.
  if (item.type === 'execute' && lstatSync(absolute).isFile()) {
    chmodSync(absolute, 0o755);
    writeFileSync(absolute, 'executable');
  }
}
