import type { EnvironmentRead } from '../project/find-environment-reads.ts';
import type { ProjectSources } from '../project/project-sources.ts';

/** How a project names what it needs from PyPI. */
export type DependencyTool =
  | { readonly kind: 'pip'; readonly file: string }
  | { readonly kind: 'uv' }
  | { readonly kind: 'poetry' }
  | { readonly kind: 'pipenv' }
  | { readonly kind: 'none' };

/** What an existing project says about itself, read once. */
export interface InitFacts {
  /** Absolute. */
  readonly root: string;
  /** Of the project, from its directory. */
  readonly name: string;
  readonly sources: ProjectSources;
  readonly reads: readonly EnvironmentRead[];
  readonly dependencies: DependencyTool;
  /** `3.13`. */
  readonly python: string;
  readonly procfile: string | undefined;
  /** The Compose file that was asked for, and its name. */
  readonly compose: { readonly name: string; readonly text: string } | undefined;
  /** Files that a plan might write and that are there already, relative to the root. */
  readonly existing: ReadonlySet<string>;
}
