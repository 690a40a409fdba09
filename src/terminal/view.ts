import type { Event } from '../report/event.ts';

/** Shows a run while it happens. A subscriber to its events, and nothing else. */
export interface View {
  readonly show: (event: Event) => void;
  /** Something djdev itself wants to say, such as that it is stopping. */
  readonly note: (text: string) => void;
  /** Leaves the screen as the next program wants it. Called once, whichever way the run ends. */
  readonly close: () => Promise<void>;
}
