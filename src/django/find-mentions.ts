import * as v from 'valibot';
import type { DjangoRunner } from './django-runner.ts';
import { readProbe } from './probe-source.ts';

const mentionsSchema = v.object({
  type: v.literal('mentions'),
  mentions: v.array(
    v.object({ word: v.string(), file: v.string(), line: v.number(), text: v.string() }),
  ),
});

/** A line of a script in the image. */
export type Mention = v.InferOutput<typeof mentionsSchema>['mentions'][number];

/**
 * Where the scripts that `command` runs name one of `words`: the command's own files in the image,
 * and the scripts that these call. The command line itself is not looked at.
 */
export async function findMentions(
  runner: DjangoRunner,
  command: readonly string[],
  words: readonly string[],
  signal: AbortSignal,
): Promise<readonly Mention[]> {
  const probe = await readProbe('mentions');
  // `sh -c` takes whole command lines: their words are looked at, too.
  const argv = command.flatMap((part) => part.split(/[\s;&|()]+/u)).filter(Boolean);
  const { events } = await runner.run({ argv, probe, options: { words } }, signal);
  const found = events.map((event) => v.safeParse(mentionsSchema, event));
  return found.find((event) => event.success)?.output.mentions ?? [];
}
