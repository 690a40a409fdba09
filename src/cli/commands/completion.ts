import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import type { Invocation } from '../command.ts';
import { completeWords, shells } from '../completion/complete-words.ts';
import { findManagementCommands } from '../completion/management-commands.ts';
import { shellScript } from '../completion/shell-script.ts';
import { loadInvocationProject } from '../load-project.ts';

/** `djdev completion`: the script for a shell, which asks back with `words` and what is typed. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, io } = invocation;
  const [word, ...typed] = args;
  if (word === 'words') {
    const found = await completeWords(typed, askProject(invocation));
    io.stdout.write(found.map((candidate) => `${candidate}\n`).join(''));
    return 0;
  }
  const shell = shells.find((candidate) => candidate === word);
  if (shell === undefined) throw unknownShell(word);
  io.stdout.write(shellScript(shell));
  return 0;
}

/** A project that cannot be read has no names: completion never complains. */
function askProject(invocation: Invocation) {
  const load = () => loadInvocationProject(invocation).catch(() => undefined);
  return {
    containers: async () => {
      const project = await load();
      const parts = project === undefined ? [] : [...project.processes, ...project.services];
      return parts.map(({ name }) => name);
    },
    managementCommands: async () => {
      const project = await load();
      return project === undefined ? [] : await findManagementCommands(project.root);
    },
  };
}

function unknownShell(word: string | undefined): DjdevError {
  const meant = word === undefined ? undefined : closestName(word, shells);
  return new DjdevError('DJ-USAGE', {
    message: word === undefined ? 'Which shell?' : `djdev has no completion for “${word}”.`,
    hint: meant ? `Did you mean “${meant}”?` : `It has one for ${shells.join(', ')}.`,
  });
}
