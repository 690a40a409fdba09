import type { EnvironmentRead } from '../project/find-environment-reads.ts';
import type { ProjectSources, SourceFile } from '../project/project-sources.ts';

/** How a project names what it needs from PyPI; `file` is relative to the root. */
export interface Dependencies {
  readonly kind: 'pip' | 'uv' | 'poetry' | 'pipenv' | 'pyproject' | 'none';
  /** The requirements file, or the project file beside its lock. */
  readonly file: string;
  /** A lock file says the versions. */
  readonly isLocked: boolean;
  /** The text of all that is installed in production, `-r` followed. */
  readonly text: string;
}

/** A value that a file in the repository gives a variable, and where. */
export interface ExampleValue {
  readonly value: string;
  /** `.env.example:4` */
  readonly place: string;
}

/** What an existing project says about itself, read once. */
export interface InitFacts {
  /** Absolute. */
  readonly root: string;
  /** Of the project, from its directory. */
  readonly name: string;
  readonly sources: ProjectSources;
  readonly reads: readonly EnvironmentRead[];
  readonly dependencies: Dependencies;
  /** `3.13`. */
  readonly python: string;
  readonly procfile: string | undefined;
  readonly dockerfiles: readonly SourceFile[];
  /** Compose files; the first is the one that was asked for, if one was. */
  readonly composes: readonly SourceFile[];
  /** `--from` named the first of them. */
  readonly isComposeAsked: boolean;
  /** Start scripts and entrypoints. */
  readonly scripts: readonly SourceFile[];
  /** celery.py and its like. */
  readonly celeryApps: readonly SourceFile[];
  /** Harmless values of `.env.example` and env files of development, by name. */
  readonly examples: ReadonlyMap<string, ExampleValue>;
  /** All paths below the root, files and directories. */
  readonly paths: ReadonlySet<string>;
}
