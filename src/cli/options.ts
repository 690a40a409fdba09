/**
 * Every option of every command, once. Help, parsing, environment names and documentation come
 * from this table. Imported by `--help`, so it imports nothing itself that takes time.
 */
interface OptionSpec {
  /** Long name without dashes; the environment name is made from it. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value; a switch has none. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** May be given several times, or with commas between the values. */
  readonly repeatable?: true;
  readonly description: string;
}

export const optionTable = [
  {
    name: 'cwd',
    short: 'C',
    value: 'dir',
    description: 'Work as if started in this directory',
  },
  {
    name: 'file',
    short: 'f',
    value: 'path',
    description: 'Use this manifest instead of looking for djdev.yaml',
  },
  {
    name: 'project-name',
    short: 'p',
    value: 'name',
    description: 'Use this name for the project',
  },
  {
    name: 'env-file',
    value: 'path',
    repeatable: true,
    description: 'Read variables from this file too (repeatable)',
  },
  {
    name: 'host',
    value: 'url',
    description: 'Docker engine to use, such as unix:///path, tcp://… or ssh://…',
  },
  { name: 'context', value: 'name', description: 'Docker context to use' },
  {
    name: 'from',
    value: 'path',
    description: 'Take services and commands over from this Compose file',
  },
  { name: 'ci', description: 'Write a CI job too' },
  { name: 'health-patch', description: 'Print a patch that adds a health URL, for git apply' },
  {
    name: 'preset',
    value: 'preset',
    description: 'What to begin with: a name, a directory or a git address',
  },
  { name: 'plan', description: 'Print what would be done, and do nothing' },
  {
    name: 'only',
    value: 'step',
    repeatable: true,
    description: 'Only these steps and those they need (repeatable)',
  },
  {
    name: 'skip',
    value: 'step',
    repeatable: true,
    description: 'Without these steps (repeatable)',
  },
  {
    name: 'quick',
    description: 'Before a push: without layers, load, outages and the old release',
  },
  { name: 'repro', description: 'Build the image once more without a cache, and compare' },
  {
    name: 'fail-on',
    value: 'level',
    choices: ['warn', 'fail'],
    description: 'Findings of which level fail the run (default: fail)',
  },
  {
    name: 'baseline',
    value: 'path',
    description: 'Findings that were there before: they are named, and do not fail',
  },
  { name: 'write-baseline', description: 'Keep the findings of this run as the baseline' },
  {
    name: 'report',
    value: 'dir',
    description: 'Write the report there: a page, JSON, JUnit, SARIF, logs and more',
  },
  {
    name: 'history',
    value: 'file',
    description: 'Compare with the runs in this file, and add this one to it',
  },
  {
    name: 'previous',
    value: 'release',
    description: 'The old release: a git ref or an image, in place of rehearse.previous',
  },
  {
    name: 'url',
    value: 'url',
    description: 'The deployment to ask, such as https://www.example.com',
  },
  { name: 'no-data', description: 'Begin with an empty database in place of rehearse.data' },
  { name: 'renew-data', description: 'Restore rehearse.data again, even if it is at hand' },
  {
    name: 'url-from',
    value: 'variable',
    description: 'The variable that holds the URL of the database to read',
  },
  {
    name: 'against',
    value: 'production',
    description: 'Compare with this image, or with a file of djdev parity --export',
  },
  { name: 'export', description: 'Describe production, without secrets, for --against' },
  { name: 'program', description: 'Print the Python program that describes a container' },
  {
    name: 'fail-under',
    value: 'score',
    description: 'Exit code 1 when the score is lower',
  },
  {
    name: 'allow-changes',
    description: 'Offer tools that restart processes, send requests and rehearse too',
  },
  { name: 'keep', description: 'Leave the booted application running, and say where' },
  {
    name: 'detach',
    short: 'd',
    description: 'Return once everything answers, and leave it running',
  },
  { name: 'wait', description: 'The same as --detach' },
  { name: 'build', description: 'Build even if nothing has changed' },
  { name: 'no-build', description: 'Take the image as it was built last' },
  { name: 'migrate', description: 'Apply pending migrations without asking' },
  { name: 'no-migrate', description: 'Neither look for pending migrations nor apply them' },
  {
    name: 'per-branch',
    description: 'A database for each git branch that has other migrations',
  },
  { name: 'no-sync', description: 'Leave containers as production has them: no edit reaches them' },
  { name: 'timing', description: 'Say where the time of the start went' },
  { name: 'follow', short: 'f', description: 'Go on with new lines as they come' },
  {
    name: 'tail',
    short: 'n',
    value: 'lines',
    description: 'Begin with so many of the newest lines of each (default: 100, or all)',
  },
  {
    name: 'since',
    value: 'when',
    description:
      'Begin at this time, such as 10m or 2026-01-31T12:00:00Z; in migrations, at this git ref',
  },
  {
    name: 'level',
    value: 'level',
    choices: ['debug', 'info', 'warning', 'error', 'critical'],
    description: 'Only lines of at least this level, tracebacks included',
  },
  {
    name: 'grep',
    value: 'pattern',
    description: 'Only lines that this regular expression fits',
  },
  { name: 'user', short: 'u', value: 'name', description: 'Run as this user of the container' },
  { name: 'no-tty', short: 'T', description: 'Without a terminal, even if there is one' },
  {
    name: 'port',
    value: 'number',
    description: 'Port of 127.0.0.1 that the editor attaches to (default: 5678)',
  },
  { name: 'write-launch', description: 'Write the configuration to .vscode/launch.json' },
  { name: 'no-cache', description: 'Build every layer again' },
  { name: 'full', description: 'Try it too: build, run, reach and remove a small container' },
  { name: 'fix', description: 'Mend what djdev can mend itself, after a question for each' },
  {
    name: 'bundle',
    value: 'file',
    description: 'Write what a helper needs into this .tar.gz, without secrets',
  },
  { name: 'volumes', short: 'v', description: 'Remove volumes too: their data is lost' },
  { name: 'rmi', description: 'Remove the images that djdev built for the project too' },
  {
    name: 'worktree',
    value: 'name',
    description: 'Remove what belongs to this checkout, whose directory is gone',
  },
  { name: 'dry-run', description: 'Say what would be done, and change nothing' },
  { name: 'yes', short: 'y', description: 'Answer every question with yes' },
  {
    name: 'timeout',
    value: 'duration',
    description: 'Give up after this time, such as 90s or 10m (exit code 4)',
  },
  { name: 'sql', value: 'file', description: 'The script of SQL to observe' },
  {
    name: 'setup',
    value: 'file',
    description: 'SQL to run before, unobserved: what the database has by then',
  },
  { name: 'all', description: 'Every migration of the project, each by itself' },
  { name: 'atomic', description: 'Run the whole script in one transaction' },
  { name: 'json', description: 'End stdout with one line of JSON: the result' },
  {
    name: 'progress',
    value: 'mode',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet'],
    description: 'How progress is shown on stderr (default: auto)',
  },
  {
    name: 'color',
    value: 'when',
    choices: ['auto', 'always', 'never'],
    description: 'When to use colour (default: auto)',
  },
  { name: 'verbose', short: 'v', description: 'Show the output of what runs, and what passed' },
  { name: 'quiet', short: 'q', description: 'No progress, only the result' },
  { name: 'debug', description: 'Show stack traces with errors' },
] as const satisfies readonly OptionSpec[];

type Row = (typeof optionTable)[number];
export type OptionName = Row['name'];
/** One row of the table, all keys readable. */
export type Option = OptionSpec & { readonly name: OptionName };

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;
type ValueOf<R> = R extends { readonly repeatable: true }
  ? readonly string[]
  : R extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : R extends { readonly value: string }
      ? string
      : boolean;

/** What was given, by camel-case name; what was not given is absent. */
export type OptionValues = {
  readonly [R in Row as CamelCase<R['name']>]?: ValueOf<R>;
};

const options: ReadonlyMap<OptionName, Option> = new Map(
  optionTable.map((option): [OptionName, Option] => [option.name, option]),
);

/**
 * The rows of these names, in the order of the table. Of two that have the same short name, the
 * one that is named last keeps it: `-f` is `--file`, but in `logs` it is `--follow`.
 */
export function selectOptions(names: readonly OptionName[]): readonly Option[] {
  const owners = new Map(names.map((name) => [options.get(name)?.short, name]));
  return [...options.values()]
    .filter(({ name }) => names.includes(name))
    .map(({ short, ...option }) =>
      short !== undefined && owners.get(short) === option.name ? { ...option, short } : option,
    );
}

/** `project-name` → `DJDEV_PROJECT_NAME`. */
export function environmentName(option: Pick<Option, 'name'>): string {
  return `DJDEV_${option.name.toUpperCase().replaceAll('-', '_')}`;
}

/** `--project-name <name>`. */
export function formatFlags(option: Option): string {
  const long = `--${option.name}${option.value === undefined ? '' : ` <${option.value}>`}`;
  return option.short === undefined ? long : `-${option.short}, ${long}`;
}

/** `project-name` → `projectName`, the key in `OptionValues`. */
export function optionKey(option: Pick<Option, 'name'>): string {
  return option.name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
