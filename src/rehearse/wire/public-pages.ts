import type { Project } from '../../project/project.ts';

/** Paths of the smoke requests that show a page to everybody. */
export function publicPages({ rehearse }: Pick<Project, 'rehearse'>): readonly string[] {
  return rehearse.smoke
    .filter(({ method, expect }) => method === 'GET' && expect.status === 200)
    .map(({ path }) => path);
}
