import type { Screen } from './screen.ts';
import type { View } from './view.ts';

/** Every event as one line of JSON. */
export function createJsonView(screen: Screen): View {
  return {
    show: (event) => screen.write(`${JSON.stringify(event)}\n`),
    note: () => {},
    close: async () => {},
  };
}
