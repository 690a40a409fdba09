import { expect, test } from 'vitest';
import { plainStyle } from '../../../src/report/formats/style.ts';
import { StepBoard, formatRow } from '../../../src/terminal/step-board.ts';
import { atTimes, runStarted, startedAt } from '../report/sample-events.ts';

test('rows follow the events of their step', () => {
  const board = new StepBoard(['build', 'image']);
  const pictures = atTimes([
    runStarted(['build', 'image']),
    { type: 'step-started', step: 'build' },
    { type: 'step-progressed', step: 'build', text: 'RUN \u001B[1mpip\u001B[0m install' },
    ...['one', 'two', 'three', 'four'].map((line) => ({
      type: 'line-logged' as const,
      step: 'build' as const,
      source: 'build',
      line,
    })),
    { type: 'step-progressed', step: 'build', text: 'COPY . .' },
    { type: 'step-ended', step: 'build', outcome: 'passed', ms: 12_040, summary: 'built' },
    { type: 'step-ended', step: 'image', outcome: 'skipped', ms: 0, summary: 'needs build' },
  ]).map((event) => {
    board.apply(event);
    return [...board.rows.values()].map((row) => formatRow(row, startedAt + 1350, plainStyle));
  });
  expect(pictures.map((rows) => rows.join('\n')).join('\n---\n')).toMatchInlineSnapshot(`
    "build
    image
    ---
    build           1.2 s
    image
    ---
    build           1.2 s  RUN pip install
    image
    ---
    build           1.2 s  RUN pip install
    │ one
    image
    ---
    build           1.2 s  RUN pip install
    │ one
    │ two
    image
    ---
    build           1.2 s  RUN pip install
    │ one
    │ two
    │ three
    image
    ---
    build           1.2 s  RUN pip install
    │ two
    │ three
    │ four
    image
    ---
    build           1.2 s  COPY . .
    image
    ---
    build          12.0 s  built
    image
    ---
    build          12.0 s  built
    image                  needs build"
  `);
});
