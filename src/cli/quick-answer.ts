import { findCommand } from './commands.ts';
import { formatCommandHelp, formatHelp } from './format-help.ts';
import { readVersion } from '../version.ts';

/**
 * The answer to a command line that only asks for help or the version, or `undefined` for every
 * other one. The parser gives the same answers from the same text; but loading it would take
 * longer than all the rest.
 */
export function answerQuickly(argv: readonly string[]): string | undefined {
  const [first, second, ...rest] = argv;
  if (rest.length > 0) return undefined;
  if (second === undefined) {
    if (first === undefined || isHelp(first) || first === 'help') return formatHelp();
    return first === '--version' || first === '-V' ? `${readVersion()}\n` : undefined;
  }
  const name = first === 'help' ? second : isHelp(second) ? first : undefined;
  const command = name === undefined ? undefined : findCommand(name);
  return command === undefined ? undefined : formatCommandHelp(command);
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}
