import { expect, test } from 'vitest';
import { plainStyle } from '../../../src/report/formats/style.ts';
import { createPlainView } from '../../../src/terminal/plain-view.ts';
import { atTimes, completed, finding, runStarted, step } from '../report/sample-events.ts';
import { createMemoryScreen } from './memory-screen.ts';

const events = atTimes([
  runStarted(['build', 'image']),
  { type: 'step-started', step: 'build' },
  { type: 'step-progressed', step: 'build', text: 'RUN pip install' },
  {
    type: 'line-logged',
    step: 'build',
    source: 'build',
    line: '\u001B[32mCollecting\u001B[0m django',
  },
  { type: 'step-ended', step: 'build', outcome: 'passed', ms: 3240, summary: 'built' },
  finding({}),
  finding({ level: 'pass', title: 'No keys inside.', code: 'image-contains-key' }),
  ...step('image', 'warned'),
  { type: 'step-ended', step: 'boot', outcome: 'skipped', ms: 0, summary: 'left out by --skip' },
  completed,
]);

async function show(verbose: boolean): Promise<string> {
  const { screen, written } = createMemoryScreen();
  const view = createPlainView(screen, { style: plainStyle, verbose });
  for (const event of events) view.show(event);
  view.note('Stopping.');
  await view.close();
  return written();
}

test('a line for each thing that happens', async () => {
  expect(await show(false)).toMatchInlineSnapshot(`
    "djdev 0.1.0 rehearse shop: build, image
    [build]     RUN pip install
    [build]     ✓ built (3.2 s)
    [image]     ! The production process runs as root. image-runs-as-root
    [image]     ! (1.2 s)
    [boot]      – skipped: left out by --skip
    Stopping.
    "
  `);
});

test('with the output of what runs and what passed', async () => {
  expect(await show(true)).toMatchInlineSnapshot(`
    "djdev 0.1.0 rehearse shop: build, image
    [build]     RUN pip install
    [build]     build | Collecting django
    [build]     ✓ built (3.2 s)
    [image]     ! The production process runs as root. image-runs-as-root
    [image]     ✓ No keys inside. image-contains-key
    [image]     ! (1.2 s)
    [boot]      – skipped: left out by --skip
    Stopping.
    "
  `);
});
