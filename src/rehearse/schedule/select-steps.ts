import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import { type StepId, stepIds } from '../../report/step.ts';
import { stepNeeds } from './step-needs.ts';

/** Which steps a person asked for; empty lists mean all of them. */
export interface StepSelection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/**
 * Why each step that will not run is left out: the steps besides `only` and what those need, the
 * steps in `skip` and in `absent` (with their reasons), and those that cannot do without one of
 * these. Throws `DJ-USAGE` for a step that does not exist, and for one in both lists.
 */
export function selectSteps(
  selection: StepSelection,
  absent: ReadonlyMap<StepId, string>,
): ReadonlyMap<StepId, string> {
  const only = selection.only.map(requireStepId);
  const skip = new Set(selection.skip.map(requireStepId));
  const both = only.find((id) => skip.has(id));
  if (both) {
    throw new DjdevError('DJ-USAGE', {
      message: `The step “${both}” is in --only and in --skip.`,
      hint: 'Leave it out of one of them.',
    });
  }
  const wanted = only.length === 0 ? new Set(stepIds) : withNeeds(only);
  const leftOut = new Map<StepId, string>();
  for (const id of stepIds) {
    const missing = stepNeeds[id].needs.find((need) => leftOut.has(need));
    if (!wanted.has(id)) leftOut.set(id, `not part of --only ${only.join(', ')}`);
    else if (skip.has(id)) leftOut.set(id, 'left out by --skip');
    else if (absent.has(id)) leftOut.set(id, absent.get(id) ?? '');
    else if (missing) leftOut.set(id, `needs ${missing}, which is ${leftOut.get(missing)}`);
  }
  return leftOut;
}

/** The steps and all they wait for; `stepIds` is in an order in which needs come first. */
function withNeeds(ids: readonly StepId[]): ReadonlySet<StepId> {
  const wanted = new Set(ids);
  for (const id of stepIds.toReversed()) {
    if (!wanted.has(id)) continue;
    for (const need of [...stepNeeds[id].needs, ...stepNeeds[id].after]) wanted.add(need);
  }
  return wanted;
}

function requireStepId(word: string): StepId {
  const id = stepIds.find((candidate) => candidate === word);
  if (id) return id;
  const meant = closestName(word, stepIds);
  throw new DjdevError('DJ-USAGE', {
    message: `There is no step “${word}” in a rehearsal.`,
    hint: meant ? `Did you mean “${meant}”?` : `The steps are ${stepIds.join(', ')}.`,
  });
}
