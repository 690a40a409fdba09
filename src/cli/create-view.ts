import type { Style } from '../report/formats/style.ts';
import { createJsonView } from '../terminal/json-view.ts';
import { createPlainView } from '../terminal/plain-view.ts';
import { type ProgressMode, decideProgress } from '../terminal/screen.ts';
import type { View } from '../terminal/view.ts';
import type { Io } from './io.ts';
import type { OptionValues } from './options.ts';

/** How progress is to be shown: `--quiet` and `--verbose` say so too. */
export function chooseProgress(io: Io, options: OptionValues): ProgressMode {
  if (options.quiet === true) return 'quiet';
  // What is verbose scrolls by; a list that changes in place has no room for it.
  const flag = options.progress ?? (options.verbose === true ? 'plain' : 'auto');
  return decideProgress(io.stderr, flag, io.environment);
}

/** The view of this mode, on stderr. */
export async function createView(
  mode: ProgressMode,
  io: Io,
  options: { readonly style: Style; readonly verbose: boolean },
): Promise<View> {
  switch (mode) {
    case 'tty': {
      const { createLiveView } = await import('../terminal/live-view.ts');
      return createLiveView(io.stderr, options.style);
    }
    case 'plain':
      return createPlainView(io.stderr, options);
    case 'json':
      return createJsonView(io.stderr);
    case 'quiet':
      return { show: () => {}, note: () => {}, close: async () => {} };
    default:
      return mode satisfies never;
  }
}
