import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openSyncTest, until } from './open-sync-test.ts';

describeWithEngine('sync of edits', () => {
  test('sends everything at the start and an edit at once', async () => {
    await using s = await openSyncTest({
      files: { 'shop/views.py': 'answer = 1\n', 'a.txt': 'a' },
    });
    await s.start();
    expect(Object.keys(await s.untilEqual())).toEqual(['a.txt', 'shop', 'shop/views.py']);
    await s.write('shop/views.py', 'answer = 2\n');
    await until('the edit', () => s.eventsOf('sync-applied').length > 0);
    expect(await s.python("print(open('/app/shop/views.py').read())")).toBe('answer = 2\n\n');
    expect(s.events.map((event) => event.type)).toEqual(['sync-connected', 'sync-applied']);
  });
});
