import { findServer, isInit, isShell, type ProcessLine, writtenCommand } from './process-line.ts';

/** The line to write so that the stop signal reaches the server, from who stands before it. */
export function explainStop(processes: readonly ProcessLine[]): string | undefined {
  const [first, second] = processes;
  if (isShell(first))
    return `PID 1 is a shell, and a shell does not pass signals on. ${fix(first, processes)}`;
  if (isInit(first) && isShell(second)) {
    return (
      'The init passes the signal to a shell, which ends without telling the server. ' +
      fix(second, processes)
    );
  }
  return undefined;
}

/** A shell that was given its script as a word, or one that runs a file. */
function fix(shell: ProcessLine | undefined, processes: readonly ProcessLine[]): string {
  const server = findServer(processes);
  const words = server ? writtenCommand(server) : ['gunicorn', '…'];
  const [, flag = '', text = ''] = shell?.command ?? [];
  if (flag.startsWith('-') && flag.includes('c')) {
    if (!/&&|;|\|/u.test(text)) {
      return `Write CMD as a JSON array: CMD [${words.map((word) => JSON.stringify(word)).join(', ')}]`;
    }
    return `Begin its last command with “exec”: … && exec ${words.join(' ')}`;
  }
  return `Begin the last command of ${flag === '' ? 'the script' : flag} with “exec”: exec ${words.join(' ')}`;
}
