import { Writable } from 'node:stream';
import type { Screen } from './screen.ts';

/** Lines that stay at the bottom of a terminal while others are written above them. */
export interface PinnedBlock {
  /** The same stream, with the block kept below all that is written to it. */
  wrap<S extends Screen>(screen: S): S;
  /** From now on these; each must fit into one row. */
  pin(lines: readonly string[]): void;
  /** Takes it off the screen, for a prompt or the end, and back on with the next `pin`. */
  hide(): void;
}

const eraseBelow = '\u001B[J';

/**
 * A block on a terminal that `screen` writes to. It is erased before anything is written and drawn
 * again after it, in one write, so that nothing flickers. Text without a line end hides it until
 * the line is complete.
 */
export function createPinnedBlock(screen: Screen): PinnedBlock {
  let lines: readonly string[] = [];
  let drawn = 0;
  let isLineOpen = false;
  const erase = (): string => (drawn === 0 ? '' : `\u001B[${drawn}A\r${eraseBelow}`);
  const compose = (text: string): string => {
    const before = erase();
    if (text !== '') isLineOpen = !text.endsWith('\n');
    const block = isLineOpen ? [] : lines;
    drawn = block.length;
    return `${before}${text}${block.map((line) => `${line}\n`).join('')}`;
  };
  const write = (target: Screen, text: string): boolean => target.write(compose(text));
  const set = (next: readonly string[]): void => {
    if (next.length === lines.length && next.every((line, index) => line === lines[index])) return;
    lines = next;
    const text = compose('');
    if (text !== '') screen.write(text);
  };
  return {
    wrap: (target) => wrapScreen(target, (text) => write(target, text)),
    pin: set,
    hide: () => set([]),
  };
}

/** All else than writing is the stream's own. */
function wrapScreen<S extends Screen>(target: S, write: (text: string) => boolean): S {
  const wrapped = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      write(chunk.toString());
      done();
    },
  });
  return new Proxy(target, {
    get(own, key) {
      if (key === 'write' || key === 'end') return wrapped[key].bind(wrapped);
      const value: unknown = Reflect.get(own, key, own);
      return typeof value === 'function' ? (value.bind(own) as unknown) : value;
    },
  });
}
