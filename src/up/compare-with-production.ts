import type { Project, Variable } from '../project/project.ts';

/** One thing that is not in development as it is in production. */
export interface Difference {
  readonly what: string;
  readonly here: string;
  readonly production: string;
}

/** What is known of the containers beside the project. */
export interface KnownStack {
  /** Variables that the containers have in development. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** Variables of the image. */
  readonly imageEnvironment: Readonly<Record<string, string>>;
  /** Saved files are sent, and processes take new code. */
  readonly isLive: boolean;
  /** Paths that the containers have other than their image. */
  readonly editedPaths: readonly string[];
  /** Files that differed when the processes started; their names are not known. */
  readonly sentAtStart: number;
}

const shownPaths = 4;

/** What of a stack differs from production; names of variables, never values. Pure. */
export function compareWithProduction(project: Project, known: KnownStack): readonly Difference[] {
  return [
    ...compareSettings(project),
    ...project.variables.flatMap(compareVariable),
    ...addedVariables(project, known),
    ...compareFiles(known),
    ...compareCommands(project, known),
    ...project.services.map(({ name, image }) => ({
      what: `service ${name}`,
      here: `a container of ${image}`,
      production: 'what the platform has',
    })),
  ];
}

function compareSettings({ settings: { dev, prod } }: Project): readonly Difference[] {
  if (dev === prod) return [];
  const image = 'as the image has them';
  return [{ what: 'settings', here: dev ?? image, production: prod ?? image }];
}

function compareVariable({ name, byMode, generate, parts }: Variable): readonly Difference[] {
  const what = `variable ${name}`;
  if (byMode?.dev !== undefined || byMode?.prod !== undefined) {
    return [{ what, here: 'a value of its own', production: 'another' }];
  }
  if (generate) return [{ what, here: 'made up, unless it is set', production: 'its own' }];
  if (parts !== undefined)
    return [{ what, here: 'points to the service here', production: 'its own' }];
  return [];
}

function addedVariables(
  { variables }: Project,
  { environment, imageEnvironment }: KnownStack,
): readonly Difference[] {
  const known = new Set(['DJANGO_SETTINGS_MODULE', ...variables.map(({ name }) => name)]);
  const added = Object.keys(environment).filter(
    (name) => !known.has(name) && environment[name] !== imageEnvironment[name],
  );
  return added.map((name) => ({
    what: `variable ${name}`,
    here: 'set by djdev',
    production: 'as the image has it',
  }));
}

function compareFiles({ editedPaths, sentAtStart }: KnownStack): readonly Difference[] {
  if (editedPaths.length + sentAtStart === 0) return [];
  const names = editedPaths.slice(0, shownPaths).join(', ');
  const more = editedPaths.length - shownPaths;
  const edited = `${names}${more > 0 ? ` and ${more} more` : ''}`;
  const early = sentAtStart === 0 ? '' : `${sentAtStart} sent at the start`;
  return [
    {
      what: 'files',
      here: [edited, early].filter((text) => text !== '').join('; '),
      production: 'as in the image, which the next build brings up to date',
    },
  ];
}

function compareCommands({ processes }: Project, { isLive }: KnownStack): readonly Difference[] {
  if (!isLive) return [];
  return processes.map(({ name, command }) => ({
    what: `command of ${name}`,
    here: `the same, ${command?.join(' ') ?? 'the image’s'}; takes new code while it runs`,
    production: 'started once',
  }));
}
