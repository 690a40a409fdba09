import type { SourceLocation } from '../../errors/djdev-error.ts';
import type { Finding } from '../../report/finding.ts';

/** A dependency that is installed without an exact version. */
export interface LooseDependency {
  readonly text: string;
  readonly location: SourceLocation;
}

/** What the build installs, and the lockfiles that lie beside it. */
export interface DependencySources {
  readonly loose: readonly LooseDependency[];
  /** `uv sync` and its like that find no lockfile: the command and the file that is missing. */
  readonly unlocked: readonly {
    readonly tool: string;
    readonly lockfile: string;
    readonly location: SourceLocation;
  }[];
  /** Lockfiles of the project that the build does not use. */
  readonly unused: readonly string[];
}

const shown = 8;

/** Whether tomorrow’s build of the same commit would install the same. */
export function checkDependenciesPinned({
  loose,
  unlocked,
  unused,
}: DependencySources): readonly Finding[] {
  const [first] = loose;
  const unpinned: readonly Finding[] =
    first === undefined
      ? []
      : [
          {
            code: 'dependencies-not-pinned',
            level: 'warn',
            step: 'preflight',
            title:
              loose.length === 1
                ? `The build takes whatever fits ${first.text} on that day.`
                : `${loose.length} dependencies have no exact version, ${first.text} first.`,
            detail: [
              ...loose.slice(0, shown).map(({ text }) => text),
              ...(loose.length > shown ? [`… and ${loose.length - shown} more`] : []),
              'What was rehearsed and what is built for production tomorrow may differ.',
            ].join('\n'),
            hint:
              unused.length > 0
                ? `${unused.join(' and ')} is there: let the Dockerfile copy it and install from it.`
                : 'Pin what “pip freeze” says in the image: Django==5.2.19, and what they need themselves; or “uv pip compile”.',
            location: first.location,
          },
        ];
  return [
    ...unpinned,
    ...unlocked.map(({ tool, lockfile, location }): Finding => ({
      code: 'dependencies-not-pinned',
      level: 'warn',
      step: 'preflight',
      title: `${tool} finds no ${lockfile}, and chooses versions anew in every build.`,
      detail: `${lockfile} is not in the project, or .dockerignore keeps it out, or no COPY brings it.`,
      hint: `Commit ${lockfile}, and copy it before the line that installs.`,
      location,
    })),
  ];
}
