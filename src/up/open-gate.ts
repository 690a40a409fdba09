import { DjdevError } from '../errors/djdev-error.ts';
import { type AppliedContainer, applyContainer } from '../stack/apply-container.ts';
import { describeGate, readGateProgram } from '../stack/gate/describe-gate.ts';
import type { StackContext } from '../stack/stack-context.ts';
import type { ProcessSources } from './plan-process.ts';

/** The gate of a process, running; `undefined` when the image has no Python to run it. */
export async function openGate(
  context: StackContext,
  { stack, image, found }: ProcessSources,
  role: string,
  port: number,
): Promise<AppliedContainer | undefined> {
  const existing = found.gates.get(role);
  const source = await readGateProgram();
  const spec = describeGate(stack.project, role, { port, image, source, existing });
  try {
    return await applyContainer(context, spec, existing);
  } catch (error) {
    if (error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND') return undefined;
    throw error;
  }
}
