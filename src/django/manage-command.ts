/** A command line understood as a call of the project's manage.py. */
export interface ManageCommand {
  /** Path of manage.py as the command line has it; `undefined` for `django-admin`. */
  readonly manage: string | undefined;
  /** The management command and its arguments. */
  readonly argv: readonly string[];
}

const python = /^(?:.*\/)?python(?:3(?:\.\d+)?)?$/u;

/**
 * Reads `python manage.py migrate`, `./manage.py migrate`, `django-admin migrate` and
 * `python -m django migrate`, also behind launchers such as `uv run`. `undefined` for anything
 * else, shell command lines included: those are run as they are.
 */
export function readManageCommand(command: readonly string[]): ManageCommand | undefined {
  const [program, ...rest] = withoutLauncher(command);
  if (program === undefined) return undefined;
  if (isManage(program)) return { manage: program, argv: rest };
  if (/^(?:.*\/)?django-admin(?:\.py)?$/u.test(program)) return { manage: undefined, argv: rest };
  if (!python.test(program)) return undefined;
  const [script, ...argv] = rest.filter((word, index) => !isInterpreterFlag(word, index, rest));
  if (script === '-m')
    return argv[0] === 'django' ? { manage: undefined, argv: argv.slice(1) } : undefined;
  return script !== undefined && isManage(script) ? { manage: script, argv } : undefined;
}

/** The management command that a command line runs, for example `migrate`. */
export function managementCommandOf(command: readonly string[]): string | undefined {
  return readManageCommand(command)?.argv.find((word) => !word.startsWith('-'));
}

/**
 * Path of manage.py in the container, where a release command says that it is not simply in the
 * working directory; otherwise the runner takes the nearest one.
 */
export function findManagePath(commands: readonly (readonly string[])[]): string | undefined {
  return commands
    .map((command) => readManageCommand(command)?.manage)
    .find((path) => path?.replace(/^\.\//u, '').includes('/'));
}

function isManage(word: string): boolean {
  return /(?:^|\/)manage\.py$/u.test(word);
}

/** Python's own flags before the script, as in `python -u manage.py`. */
function isInterpreterFlag(word: string, index: number, words: readonly string[]): boolean {
  const script = words.findIndex((other) => !/^-[bBdEiIOqsSuvx]+$/u.test(other));
  return index < script;
}

function withoutLauncher(command: readonly string[]): readonly string[] {
  const [first, second] = command;
  const launched = ['uv', 'poetry', 'pipenv', 'pdm', 'hatch'].includes(first ?? '');
  return launched && second === 'run' ? command.slice(2) : command;
}
