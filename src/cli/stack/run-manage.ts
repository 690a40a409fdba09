import path from 'node:path';
import { findManagePrefix } from '../../up/manage-prefix.ts';
import type { Invocation } from '../command.ts';
import { runInApplication } from './run-in-application.ts';

/** Management commands whose purpose is to write into the code. */
const writers: ReadonlySet<string> = new Set([
  'makemigrations',
  'makemessages',
  'compilemessages',
  'squashmigrations',
  'optimizemigration',
  'startapp',
  'startproject',
]);

/** Options with which `migrate` changes nothing. */
const harmless: ReadonlySet<string> = new Set(['--plan', '--check', '--help', '-h']);

/** Runs a management command with these arguments, wherever the person stands in the project. */
export function runManage(invocation: Invocation, args: readonly string[]): Promise<number> {
  return runInApplication(invocation, async ({ project }) => {
    const prefix = await findManagePrefix(project);
    const below = path.relative(project.root, invocation.io.cwd);
    const isBelow = below !== '' && !below.startsWith('..');
    // The command runs in the directory that the person is in; manage.py lies further up.
    const up = isBelow ? below.split(path.sep).map(() => '..') : [];
    const command = prefix.map((word) =>
      /(?:^|\/)manage\.py$/u.test(word) && !path.posix.isAbsolute(word)
        ? path.posix.join(...up, word)
        : word,
    );
    const name = args.find((word) => !word.startsWith('-')) ?? '';
    const writesCode = writers.has(name);
    const migrates = name === 'migrate' && !args.some((word) => harmless.has(word));
    return { command: [...command, ...args], place: 'where-it-runs', writesCode, migrates };
  });
}
