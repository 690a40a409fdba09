import { expect, test } from 'vitest';
import { createPinnedBlock } from '../../../src/terminal/pinned-block.ts';
import { createMemoryScreen } from './memory-screen.ts';

const escape = '\u001B';
const pieces = new RegExp(`${escape}\\[(\\d*)[AJ]|\r|\n|[^${escape}\r\n]+`, 'gu');

/** What a terminal shows after these bytes; it knows the two codes the block uses. */
function replay(written: string): readonly string[] {
  const lines = [''];
  let row = 0;
  for (const [code, up] of written.matchAll(pieces)) {
    if (code === '\n') row += 1;
    else if (code.endsWith('A') && up !== undefined && code.startsWith(escape)) row -= Number(up);
    else if (code.startsWith(escape)) lines.length = row;
    else if (code !== '\r') lines[row] = (lines[row] ?? '') + code;
    lines[row] ??= '';
  }
  return lines;
}

test('stays below all that is written, and goes without a trace', () => {
  const { screen, written } = createMemoryScreen({ isTTY: true, columns: 80 });
  const block = createPinnedBlock(screen);
  const stdout = block.wrap(screen);
  const stderr = block.wrap(screen);
  stdout.write('one\n');
  block.pin(['✗ broken', '→ mend it']);
  stderr.write('two\n');
  stdout.write('three\nfour\n');
  expect(replay(written())).toEqual(['one', 'two', 'three', 'four', '✗ broken', '→ mend it', '']);
  block.pin(['✗ worse']);
  expect(replay(written())).toEqual(['one', 'two', 'three', 'four', '✗ worse', '']);
  block.hide();
  stdout.write('five\n');
  expect(replay(written())).toEqual(['one', 'two', 'three', 'four', 'five', '']);
});

test('waits for the end of a line', () => {
  const { screen, written } = createMemoryScreen({ isTTY: true });
  const block = createPinnedBlock(screen);
  const wrapped = block.wrap(screen);
  block.pin(['✗ broken']);
  wrapped.write('half ');
  expect(replay(written())).toEqual(['half ']);
  wrapped.write('a line\n');
  expect(replay(written())).toEqual(['half a line', '✗ broken', '']);
});

test('the same lines are not drawn again', () => {
  const { screen, written } = createMemoryScreen({ isTTY: true });
  const block = createPinnedBlock(screen);
  block.pin(['✗ broken']);
  const before = written();
  block.pin(['✗ broken']);
  expect(written()).toBe(before);
});

test('a wrapped stream is the stream in all else', () => {
  const { screen } = createMemoryScreen({ isTTY: true, columns: 61 });
  const wrapped = createPinnedBlock(screen).wrap(screen);
  expect([wrapped.isTTY, wrapped.columns, wrapped.writable]).toEqual([true, 61, true]);
});
