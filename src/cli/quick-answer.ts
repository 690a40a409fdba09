import { findCommand } from './commands.ts';
import { formatCommandHelp, formatHelp } from './format-help.ts';

/**
 * The answer to a command line that only asks for help or the version, or `undefined` for every
 * other one. The parser gives the same answers from the same text; but loading it would take
 * longer than all the rest.
 */
export async function answerQuickly(argv: readonly string[]): Promise<string | undefined> {
  const [first, second, ...rest] = argv;
  if (rest.length > 0) return undefined;
  if (second === undefined) {
    if (first === undefined || isHelp(first) || first === 'help') return formatHelp();
    if (first !== '--version' && first !== '-V') return undefined;
    const { readVersion } = await import('../version.ts');
    return `${readVersion()}\n`;
  }
  const name = first === 'help' ? second : isHelp(second) ? first : undefined;
  const command = name === undefined ? undefined : findCommand(name);
  return command === undefined ? undefined : formatCommandHelp(command);
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}
