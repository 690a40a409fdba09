import { expect, test } from 'vitest';
import { decideColor, decideProgress, textColumns } from '../../../src/terminal/screen.ts';
import { createMemoryScreen } from './memory-screen.ts';

const terminal = createMemoryScreen({ isTTY: true, columns: 132 }).screen;
const pipe = createMemoryScreen().screen;

test('colour: the flag, FORCE_COLOR, NO_COLOR, the terminal, in this order', () => {
  expect([
    decideColor(terminal, 'auto', {}),
    decideColor(pipe, 'auto', {}),
    decideColor(terminal, 'auto', { TERM: 'dumb' }),
    decideColor(terminal, 'auto', { NO_COLOR: '1' }),
    decideColor(terminal, 'auto', { NO_COLOR: '' }),
    decideColor(pipe, 'auto', { FORCE_COLOR: '1', NO_COLOR: '1' }),
    decideColor(terminal, 'auto', { FORCE_COLOR: '0' }),
    decideColor(pipe, 'auto', { CLICOLOR_FORCE: '1' }),
    decideColor(terminal, 'never', { FORCE_COLOR: '1' }),
    decideColor(pipe, 'always', { NO_COLOR: '1' }),
  ]).toEqual([true, false, false, false, true, true, false, true, false, true]);
});

test('progress: live only before a person', () => {
  expect([
    decideProgress(terminal, 'auto', {}),
    decideProgress(terminal, 'auto', { CI: 'true' }),
    decideProgress(terminal, 'auto', { CI: 'false' }),
    decideProgress(terminal, 'auto', { TERM: 'dumb' }),
    decideProgress(pipe, 'auto', {}),
    decideProgress(terminal, 'tty', { CI: '1' }),
    decideProgress(pipe, 'tty', {}),
    decideProgress(terminal, 'json', {}),
    decideProgress(pipe, 'quiet', {}),
  ]).toEqual(['tty', 'plain', 'tty', 'plain', 'plain', 'tty', 'plain', 'json', 'quiet']);
});

test('columns: those of the terminal within reason', () => {
  const narrow = createMemoryScreen({ isTTY: true, columns: 20 }).screen;
  const usual = createMemoryScreen({ isTTY: true, columns: 90 }).screen;
  expect([terminal, pipe, narrow, usual].map(textColumns)).toEqual([100, 80, 40, 90]);
});
