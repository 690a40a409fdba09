import type { EnvironmentValues } from '../engine/engine.ts';
import type { Project } from '../project/project.ts';
import { Secret } from '../project/secret.ts';
import type { Invocation } from './command.ts';

/** The project that the command line and the working directory name. Its secrets become known. */
export async function loadInvocationProject(invocation: Invocation): Promise<Project> {
  const { options, io, redactor } = invocation;
  const { loadProject } = await import('../project/load-project.ts');
  const project = await loadProject({
    cwd: io.cwd,
    ...(options.file === undefined ? {} : { file: options.file }),
    ...(options.projectName === undefined ? {} : { projectName: options.projectName }),
    ...(options.envFile === undefined ? {} : { envFiles: options.envFile }),
    shell: io.environment,
  });
  redactor.learn(secretsOfProject(project));
  return project;
}

/** The secrets among an environment's values, for the redactor alone. */
export function secretsOfEnvironment(environment: EnvironmentValues): readonly string[] {
  return Object.values(environment).flatMap((value) =>
    value instanceof Secret ? [value.reveal()] : [],
  );
}

// The only place that reads secrets and hands them to nobody: they are taken out of all output.
function secretsOfProject({ variables, services, build, rehearse }: Project): string[] {
  const sent = rehearse.smokeTests.flatMap((test) => Object.values(test.variables));
  const source = rehearse.data?.source;
  const values = [
    ...variables.flatMap((one) => [one, one.byMode?.dev, one.byMode?.prod]),
    ...services.flatMap((service) => service.variables ?? []),
  ];
  const held = values.flatMap((one) =>
    one === undefined ? [] : [one.value, ...(one.parts ?? [])],
  );
  const url = source?.kind === 'url' ? source.url : undefined;
  return [...held, ...Object.values(build.secrets), ...sent, url].flatMap((value) =>
    value instanceof Secret ? [value.reveal()] : [],
  );
}
