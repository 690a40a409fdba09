import { relative } from 'node:path';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { diagnoseError } from './diagnose-engine.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Whether the project around the working directory can be read. */
export async function diagnoseProject(invocation: Invocation): Promise<Diagnosis> {
  try {
    const project = await loadInvocationProject(invocation);
    const files = project.manifests.map((file) => relative(invocation.io.cwd, file));
    const from = files.length === 0 ? 'derived, there is no manifest' : files.join(' and ');
    return { subject: 'project', level: 'pass', text: `${project.name}, ${from}` };
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    const failed = { fix: 'djdev config shows where.', ...diagnoseError('project', error) };
    // doctor is also asked outside of any project.
    return error.code === 'DJ-PROJECT-NOT-FOUND' ? { ...failed, level: 'warn' } : failed;
  }
}
