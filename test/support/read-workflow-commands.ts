/** A command that a line of output gave to GitHub's runner. */
interface WorkflowCommand {
  readonly name: string;
  readonly line: string;
}

// As the runner's culture compares: characters that show nothing are not there.
const ignored = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;

/** What GitHub's runner would take a line for, by its own rules; `undefined` for mere text. */
export function readWorkflowCommand(line: string): WorkflowCommand | undefined {
  const seen = line.replace(ignored, '').trimStart();
  const name = /^::([^ :]*)[^\n]*?::/.exec(seen)?.[1] ?? /##\[([^\] ]*)[^\]]*\]/.exec(seen)?.[1];
  return name === undefined ? undefined : { name, line };
}

/** All commands in the output of a step, none of those between `stop-commands` and its token. */
export function readWorkflowCommands(output: string): readonly WorkflowCommand[] {
  const commands: WorkflowCommand[] = [];
  let stopToken: string | undefined;
  for (const line of output.split('\n')) {
    const command = readWorkflowCommand(line);
    if (command === undefined) continue;
    if (stopToken !== undefined) {
      if (command.name === stopToken) stopToken = undefined;
    } else if (command.name === 'stop-commands') {
      stopToken = line.trim().split('::').at(-1);
    } else {
      commands.push(command);
    }
  }
  return commands;
}
