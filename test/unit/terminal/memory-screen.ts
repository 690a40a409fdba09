import { Writable } from 'node:stream';
import type { Screen } from '../../../src/terminal/screen.ts';

/** A screen that remembers what was written to it. */
export function createMemoryScreen(
  size: { readonly isTTY?: boolean; readonly columns?: number } = {},
): {
  readonly screen: Screen;
  readonly written: () => string;
} {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { screen: Object.assign(stream, size), written: () => text };
}
