import type { Project } from '../../project/project.ts';
import type { Application } from '../application.ts';
import type { Ask } from '../wire/ask.ts';
import { publicPages } from '../wire/public-pages.ts';

const mostPaths = 5;

/** Pages for everybody that should answer 200, and the health URL. */
export function steadyPaths(
  project: Pick<Project, 'rehearse'>,
  { health }: Pick<Application, 'health'>,
): readonly string[] {
  const pages = publicPages(project);
  const all = [...pages, ...(health?.status === 200 ? [health.path] : [])];
  return [...new Set(all)].slice(0, mostPaths);
}

/** Those of `paths` that answer now, and not with an error of the server. */
export async function workingPaths(ask: Ask, paths: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(paths.map(async (path) => await ask({ path })));
  return paths.filter((_, index) => (answers[index]?.response?.status ?? 500) < 500);
}
