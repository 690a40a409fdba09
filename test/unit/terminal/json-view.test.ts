import { expect, test } from 'vitest';
import { createJsonView } from '../../../src/terminal/json-view.ts';
import { atTimes, runStarted, step } from '../report/sample-events.ts';
import { createMemoryScreen } from './memory-screen.ts';

test('every event is a line', () => {
  const events = atTimes([runStarted(['build']), ...step('build', 'passed', 'two\nlines')]);
  const { screen, written } = createMemoryScreen();
  const view = createJsonView(screen);
  for (const event of events) view.show(event);
  view.note('not an event');
  const lines = written().trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(events);
});
