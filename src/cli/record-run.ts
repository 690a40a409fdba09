import type { Clock } from '../context/clock.ts';
import type { EventBody } from '../context/context.ts';
import type { Event } from '../report/event.ts';
import type { View } from '../terminal/view.ts';
import { redactEvent } from './redact-event.ts';

/** Hands the events of a run to the view, and keeps those that the report is made of. */
export interface RunRecord {
  readonly emit: (event: EventBody) => void;
  readonly events: readonly Event[];
}

/** Events get their time and lose their secrets here, before anybody sees them. */
export function recordRun(
  view: View,
  clock: Clock,
  redact: (text: string) => string,
  onEvent: (event: Event) => void = () => {},
): RunRecord {
  const events: Event[] = [];
  return {
    events,
    emit(body) {
      const event = redactEvent({ ...body, at: clock.now() }, redact);
      // Output of a long build would fill the memory, and the report does not need it.
      if (event.type !== 'line-logged' && event.type !== 'step-progressed') events.push(event);
      onEvent(event);
      view.show(event);
    },
  };
}
