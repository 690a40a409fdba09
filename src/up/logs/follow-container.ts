import type { Engine, LogLine } from '../../engine/engine.ts';
import type { Clock } from '../../context/clock.ts';
import { DjdevError } from '../../errors/djdev-error.ts';

/** Which lines of a container to begin with. */
export interface FollowOptions {
  readonly tail?: number;
  readonly sinceMs?: number;
}

/** How soon a container that was stopped, restarted or recreated is looked at again. */
const lookMs = 250;

/**
 * The lines of a container, named and not identified: over restarts, and when another container
 * takes its place. Ends only with the signal. A restart loses no line and repeats none, because
 * reading goes on at the very nanosecond of the last line.
 */
export async function* followContainer(
  { engine, clock }: { readonly engine: Engine; readonly clock: Clock },
  name: string,
  options: FollowOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  let place: { readonly id: string; readonly time: string; readonly count: number } | undefined;
  let first: FollowOptions | undefined = options;
  let current: string | undefined;
  while (!signal.aborted) {
    const facts = await engine.inspectContainer(name, signal);
    const isSame = facts !== undefined && facts.id === place?.id;
    // Of one that does not run there is nothing new, once it has been read to its end.
    const isWorthReading = facts !== undefined && (facts.running || facts.id !== current);
    if (facts !== undefined && isWorthReading) {
      current = facts.id;
      const from = isSame && place ? { since: place.time } : (first ?? {});
      let skipped = isSame && place ? place.count : 0;
      first = undefined;
      const lines = engine.logs(facts.id, { follow: true, timestamps: true, ...from }, signal);
      for await (const line of endQuietly(lines)) {
        const { time = '' } = line;
        if (skipped > 0 && time === place?.time) {
          skipped -= 1;
          continue;
        }
        const count = time === place?.time && facts.id === place.id ? place.count + 1 : 1;
        place = { id: facts.id, time, count };
        yield line;
      }
    }
    await clock.sleep(lookMs, signal);
  }
}

/** A container that is removed while it is read is no failure: another may take its place. */
async function* endQuietly(
  lines: AsyncIterable<LogLine>,
): AsyncGenerator<LogLine, void, undefined> {
  try {
    yield* lines;
  } catch (error) {
    const isGone = error instanceof DjdevError && error.code !== 'DJ-ENGINE-LOST';
    if (!isGone) throw error;
  }
}
