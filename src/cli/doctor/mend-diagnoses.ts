import type { Invocation } from '../command.ts';
import { ask, canAsk } from '../ask.ts';
import type { Diagnosis } from './diagnosis.ts';

/**
 * Does what doctor can do itself about the diagnoses, each after a yes; `--yes` is a yes to all.
 * Answers with what was done, one line each.
 */
export async function mendDiagnoses(
  diagnoses: readonly Diagnosis[],
  { io, options, signal }: Invocation,
): Promise<readonly string[]> {
  const done: string[] = [];
  for (const { subject, mend } of diagnoses) {
    if (mend === undefined) continue;
    const isAgreed =
      options.yes === true ||
      (canAsk(io) && /^y(?:es)?$/i.test(await ask(io, `${mend.question} [y/N] `, signal)));
    if (!isAgreed) done.push(`${subject}: left as it is. --yes does it: ${mend.question}`);
    else done.push(`${subject}: ${await mend.run(signal)}`);
  }
  return done;
}
