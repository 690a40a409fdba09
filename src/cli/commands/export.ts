import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import { exportCompose } from '../../stack/export-compose.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';

const formats = ['compose'] as const;

/** `djdev export compose`: the stack as a file that other tools run. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, io } = invocation;
  const word = args[0] ?? 'compose';
  if (!formats.some((format) => format === word)) {
    const meant = closestName(word, formats);
    throw new DjdevError('DJ-USAGE', {
      message: `djdev cannot export “${word}”.`,
      hint: meant ? `Did you mean “${meant}”?` : `It knows ${formats.join(', ')}.`,
    });
  }
  const project = await loadInvocationProject(invocation);
  io.stdout.write(exportCompose(project, project.root));
  return 0;
}
