import type { Invocation } from '../command.ts';

const clearLine = '\r\u001B[2K';

/** One line on a terminal that is written over; elsewhere only what is new in kind. */
export function showProgress({
  io,
  options,
}: Pick<Invocation, 'io' | 'options'>): Disposable & { readonly say: (text: string) => void } {
  const { stderr } = io;
  const isLive = stderr.isTTY === true && io.environment['TERM'] !== 'dumb';
  let last = '';
  return {
    say(text) {
      if (options.quiet === true) return;
      const kind = text.replaceAll(/[\d.,]+/gu, '');
      if (isLive) stderr.write(`${clearLine}${text}`);
      else if (kind !== last) stderr.write(`${text}\n`);
      last = kind;
    },
    [Symbol.dispose]() {
      if (isLive && last !== '') stderr.write(clearLine);
    },
  };
}
