import { relative } from 'node:path';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Project } from '../../project/project.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { diagnoseError } from './diagnose-engine.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What could be read, and how that went. */
interface ExaminedProject {
  readonly project: Project | undefined;
  readonly diagnosis: Diagnosis;
}

/** Whether the project around the working directory can be read. */
export async function diagnoseProject(invocation: Invocation): Promise<ExaminedProject> {
  try {
    const project = await loadInvocationProject(invocation);
    const files = project.manifests.map((file) => relative(invocation.io.cwd, file));
    const from = files.length === 0 ? 'derived, there is no manifest' : files.join(' and ');
    const text = `${project.name}, ${from}`;
    return { project, diagnosis: { subject: 'project', level: 'pass', text } };
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    const failed = { fix: 'djdev config shows where.', ...diagnoseError('project', error) };
    // doctor is also asked outside of any project.
    const isOutside = error.code === 'DJ-PROJECT-NOT-FOUND';
    return { project: undefined, diagnosis: isOutside ? { ...failed, level: 'warn' } : failed };
  }
}
