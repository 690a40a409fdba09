import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';

/** `djdev config`: the resolved project with origins, secrets redacted. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  const project = await loadInvocationProject(invocation);
  const { describeProject } = await import('../../project/describe-project.ts');
  const description = describeProject(project);
  io.stdout.write(
    options.json === true ? `${JSON.stringify(description)}\n` : `${String(description)}\n`,
  );
  return 0;
}
