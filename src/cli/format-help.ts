import { wrapText } from '../report/formats/wrap-text.ts';
import { type Command, commands } from './commands.ts';
import { environmentName, formatFlags, selectOptions } from './options.ts';

const lineWidth = 80;

/** The text of `djdev --help`, ending with a newline. */
export function formatHelp(): string {
  return join([
    'Runs the production image of a Django project everywhere: before it ships, you',
    'have seen it build, migrate, boot and answer.',
    '',
    'Examples:',
    ...columns([
      ['djdev up', 'develop on the production image'],
      ['djdev rehearse', 'know whether this tree would deploy'],
      ['djdev rehearse --json', 'the same, for CI'],
      ['djdev doctor', 'when something on this machine is wrong'],
      ['djdev config', 'what djdev knows about the project, and from where'],
    ]),
    '',
    'Commands:',
    ...columns(commands.map((command) => [command.name, command.summary])),
    '',
    'Options:',
    ...columns([
      ['-h, --help', 'This text, or after a command the options of that command'],
      ['-V, --version', 'Version of djdev'],
    ]),
    '',
    'Exit codes: 0 ok, 1 checks failed, 2 usage or manifest, 3 environment (no',
    'engine, no disk), 4 timeout, 70 a bug in djdev, 130 and 143 interrupted.',
  ]);
}

/** The text of `djdev <command> --help`, ending with a newline. */
export function formatCommandHelp(command: Command): string {
  const rows = selectOptions(command.options).map((option): [string, string] => [
    formatFlags(option),
    option.choices === undefined
      ? option.description
      : `${option.description}: ${option.choices.join(', ')}`,
  ]);
  return join([
    `Usage: djdev ${formatUsage(command)}`,
    '',
    ...wrapText(command.description, lineWidth),
    '',
    'Examples:',
    ...columns(command.examples.map(({ line, does }) => [line, does])),
    '',
    'Options:',
    ...columns([...rows, ['-h, --help', 'This text']]),
    '',
    `The environment can set every option: ${environmentExample(command)}.`,
  ]);
}

function formatUsage({ name, arguments: args }: Command): string {
  if (args?.handsOn === 'all') return `[options] ${name} ${args.form}`;
  return [name, '[options]', ...(args === undefined ? [] : [args.form])].join(' ');
}

function environmentExample(command: Command): string {
  const [option] = selectOptions(command.options);
  return option === undefined ? '' : `--${option.name} as ${environmentName(option)}`;
}

/** Two columns; the second is wrapped below itself. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrapText(right, lineWidth - 2 - width);
    return [
      `  ${left.padEnd(width)}${first}`,
      ...rest.map((line) => `  ${' '.repeat(width)}${line}`),
    ];
  });
}

function join(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
