import { commands, findCommand } from '../commands.ts';
import { selectOptions } from '../options.ts';

/** Names that only the project knows; asked for when they are needed. */
export interface CompletionSource {
  /** Of the manifest: web, worker, postgres. */
  readonly containers: () => Promise<readonly string[]>;
  /** Commands of manage.py. */
  readonly managementCommands: () => Promise<readonly string[]>;
}

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Commands whose arguments are names of containers. */
const ofContainers = new Set(['logs', 'exec', 'restart', 'stop', 'start', 'attach']);
const fixed: Readonly<Record<string, readonly string[]>> = {
  completion: shells,
  env: ['list', 'check', 'example'],
};

/**
 * What could stand in the place of the last of `words`, which may be empty. `words` are those
 * behind `djdev`. Nothing: the shell completes file names.
 */
export async function completeWords(
  words: readonly string[],
  source: CompletionSource,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const name = before.find((word) => findCommand(word) !== undefined);
  const all = await candidates(name, before, typed, source);
  return all.filter((candidate) => candidate.startsWith(typed));
}

async function candidates(
  name: string | undefined,
  before: readonly string[],
  typed: string,
  source: CompletionSource,
): Promise<readonly string[]> {
  const command = name === undefined ? undefined : findCommand(name);
  if (command === undefined) return commands.map((one) => one.name);
  const inside = before.slice(before.indexOf(command.name) + 1);
  const options = selectOptions(command.options);
  const last = before.at(-1) ?? '';
  const asked = options.find((option) => `--${option.name}` === last);
  if (asked?.value !== undefined) return asked.choices ?? [];
  if (command.arguments?.handsOn === 'all') {
    return command.name === 'manage' && inside.length === 0 ? source.managementCommands() : [];
  }
  if (typed.startsWith('-')) return [...options.map((option) => `--${option.name}`), '--help'];
  if (fixed[command.name] !== undefined) return fixed[command.name] ?? [];
  if (command.name === 'help') return commands.map((one) => one.name);
  return ofContainers.has(command.name) ? source.containers() : [];
}
