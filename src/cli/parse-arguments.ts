import { Command as Parser, CommanderError, Option as ParserOption } from 'commander';
import { DjdevError } from '../errors/djdev-error.ts';
import { closestName } from '../project/closest-name.ts';
import { type Command, commands, findCommand } from './commands.ts';
import { formatCommandHelp, formatHelp } from './format-help.ts';
import {
  type Option,
  type OptionValues,
  environmentName,
  formatFlags,
  optionKey,
  optionTable,
  selectOptions,
} from './options.ts';

/** What the command line asks for. */
export type Request =
  | { readonly type: 'print'; readonly text: string }
  | {
      readonly type: 'run';
      readonly command: Command;
      readonly options: OptionValues;
      readonly args: readonly string[];
    };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line, and from the environment what the command line leaves open.
 * Throws `DJ-USAGE` when it cannot be understood.
 */
export function parseArguments(
  argv: readonly string[],
  environment: Environment,
  version: string,
): Request {
  let request: Request | undefined;
  let printed = '';
  const parser = createParser((text) => (printed += text), version);
  for (const command of commands) {
    addCommand(parser, command, (raw, args) => {
      const options = readOptions(command, raw, environment);
      request = { type: 'run', command, options, args };
    });
  }
  try {
    parser.parse(moveCommandFirst(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0 || error.code === 'commander.help';
    if (!isHelp) throw usageError(error, argv);
  }
  return request ?? { type: 'print', text: printed === '' ? formatHelp() : printed };
}

/** `djdev -C shop rehearse` is `djdev rehearse -C shop`: every option belongs to a command. */
function moveCommandFirst(argv: readonly string[]): readonly string[] {
  const before: string[] = [];
  let index = 0;
  for (let word = argv[0]; word?.startsWith('-') === true; word = argv[index]) {
    const option = optionTable.find(({ name, ...rest }) =>
      [`--${name}`, ...('short' in rest ? [`-${rest.short}`] : [])].includes(word),
    );
    const length = option !== undefined && 'value' in option ? 2 : 1;
    // By its long name: behind the command the short one may be another's.
    before.push(option === undefined ? word : `--${option.name}`);
    before.push(...argv.slice(index + 1, index + length));
    index += length;
  }
  const name = argv[index];
  const command = name === undefined ? undefined : findCommand(name);
  if (command === undefined) return argv;
  return [command.name, ...before, ...handOn(command, argv.slice(index + 1))];
}

/** The words behind a command, marked as its own where it hands all of them on. */
function handOn(command: Command, words: readonly string[]): readonly string[] {
  const [first] = words;
  const asksForHelp = first === '--help' || first === '-h';
  if (command.arguments?.handsOn !== 'all' || asksForHelp) return words;
  return first === '--' ? words : ['--', ...words];
}

function createParser(print: (text: string) => void, version: string): Parser {
  return new Parser('djdev')
    .version(version, '-V, --version')
    .helpOption('-h, --help')
    .helpCommand('help [command]')
    .enablePositionalOptions()
    .configureHelp({ formatHelp: () => formatHelp() })
    .configureOutput({ writeOut: print, writeErr: () => {} })
    .exitOverride();
}

function addCommand(
  parser: Parser,
  command: Command,
  run: (raw: Readonly<Record<string, unknown>>, args: readonly string[]) => void,
): void {
  const child = parser
    .command(command.name)
    .configureHelp({ formatHelp: () => formatCommandHelp(command) })
    .action(() => run(child.opts(), child.args));
  if (command.arguments !== undefined) child.arguments(command.arguments.form);
  if (command.arguments?.handsOn === 'rest') child.passThroughOptions();
  for (const option of selectOptions(command.options)) {
    const parserOption = new ParserOption(formatFlags(option));
    // `--no-cache` is an option of its own here, not the opposite of a `--cache`.
    parserOption.negate = false;
    parserOption.attributeName = () => optionKey(option);
    if (option.repeatable === true) {
      parserOption.argParser((value, before: readonly string[] | undefined) => [
        ...(before ?? []),
        value,
      ]);
    }
    child.addOption(parserOption);
  }
}

function usageError(error: CommanderError, argv: readonly string[]): DjdevError {
  const [text = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const command = commands.find(({ name }) => argv.includes(name));
  const help = `djdev ${command === undefined ? '' : `${command.name} `}--help`;
  const unknown = /^unknown option '--([\w-]+)/.exec(text)?.[1];
  const meant =
    unknown === undefined
      ? /^\(Did you mean (.+)\?\)$/.exec(suggestion ?? '')?.[1]
      : nearOption(unknown, command);
  return new DjdevError('DJ-USAGE', {
    message: `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`,
    hint: meant === undefined ? `${help} lists what there is.` : `Did you mean ${meant}?`,
    cause: error,
  });
}

/** An option like this one, or a command that has it. */
function nearOption(unknown: string, command: Command | undefined): string | undefined {
  const owner = commands.find(({ options }) => options.some((name) => name === unknown));
  if (owner !== undefined) return `djdev ${owner.name} --${unknown}`;
  const near = closestName(unknown, command?.options ?? ['help', 'version']);
  return near === undefined ? undefined : `--${near}`;
}

/** The values of the command line, then those of `DJDEV_<OPTION>`. */
function readOptions(
  command: Command,
  raw: Readonly<Record<string, unknown>>,
  environment: Environment,
): OptionValues {
  const values: Record<string, unknown> = {};
  for (const option of selectOptions(command.options)) {
    const key = optionKey(option);
    const given = raw[key];
    const inherited = environment[environmentName(option)];
    const value =
      given === undefined && inherited !== undefined && inherited !== ''
        ? readValue(
            option,
            option.value === undefined ? isYes(inherited) : inherited,
            environmentName(option),
          )
        : readValue(option, given, `--${option.name}`);
    if (value !== undefined && value !== false) values[key] = value;
  }
  return values;
}

function isYes(value: string): boolean {
  return !['0', 'false', 'no', 'off'].includes(value.toLowerCase());
}

/** Checks choices and takes lists apart; `source` is what messages call the option. */
function readValue(option: Option, given: unknown, source: string): unknown {
  if (option.repeatable === true) {
    const parts: readonly unknown[] = Array.isArray(given)
      ? given
      : given === undefined
        ? []
        : [given];
    const values = parts.flatMap((part) => String(part).split(',')).filter((part) => part !== '');
    return values.length === 0 ? undefined : values;
  }
  if (
    typeof given === 'string' &&
    option.choices !== undefined &&
    !option.choices.includes(given)
  ) {
    throw unknownChoice(source, given, option.choices);
  }
  return given;
}

/** A `DJ-USAGE` error for a value that is none of those allowed, with the one that was meant. */
function unknownChoice(source: string, given: string, choices: readonly string[]): DjdevError {
  const meant = closestName(given, choices);
  return new DjdevError('DJ-USAGE', {
    message: `${source} cannot be "${given}": it is one of ${choices.join(', ')}.`,
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  });
}
