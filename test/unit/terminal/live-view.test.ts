import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/context/context.ts';
import { plainStyle } from '../../../src/report/formats/style.ts';
import { createLiveView } from '../../../src/terminal/live-view.ts';
import { atTimes, completed, runStarted, step } from '../report/sample-events.ts';
import { createMemoryScreen } from './memory-screen.ts';

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

/** All that was drawn, and the last picture of it. */
async function draw(bodies: readonly EventBody[]): Promise<{ all: string; last: string }> {
  const { screen, written } = createMemoryScreen({ isTTY: true, columns: 60 });
  const view = createLiveView(screen, plainStyle);
  for (const event of atTimes(bodies)) view.show(event);
  await view.close();
  const all = written();
  const last = all.slice(all.lastIndexOf('\u001B[G') + 3);
  return { all, last: stripVTControlCharacters(last).trimEnd() };
}

test('the last picture has every step with its outcome, cut to the width', async () => {
  const { last } = await draw([
    runStarted(['build', 'image', 'settings', 'boot']),
    ...step('build', 'passed', 'requirements.txt changed, and this text is longer than the line'),
    ...step('image', 'warned', 'runs as root'),
    ...step('settings', 'failed', 'DEBUG is on'),
    { type: 'step-ended', step: 'boot', outcome: 'skipped', ms: 0, summary: 'needs settings' },
    completed,
  ]);
  expect(last).toMatchInlineSnapshot(`
    "✓ build           1.2 s  requirements.txt changed, and th…
    ! image           1.2 s  runs as root
    ✗ settings        1.2 s  DEBUG is on
    – boot                   needs settings"
  `);
});

test('a run that breaks off leaves the cursor visible and no task that waits', async () => {
  const { all, last } = await draw([
    runStarted(['build', 'boot']),
    { type: 'step-started', step: 'build' },
  ]);
  expect(last.split('\n').length).toBe(2);
  expect(all.lastIndexOf(showCursor)).toBeGreaterThan(all.lastIndexOf(hideCursor));
});

test('a run that ends before its first event draws nothing', async () => {
  expect(await draw([])).toEqual({ all: '', last: '' });
});
