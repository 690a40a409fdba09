import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';

/** What the working tree is, beside its last commit. */
export interface GitState {
  /** Abbreviated id of HEAD. */
  readonly commit: string;
  /** Changed, removed and unknown files, absolute; ignored ones are not among them. */
  readonly changed: readonly string[];
}

/** `undefined` where there is no git, no repository or no commit: nothing is to be said then. */
export async function readGitState(
  directory: string,
  signal: AbortSignal,
): Promise<GitState | undefined> {
  const [top, head, status] = await Promise.all([
    ask(['rev-parse', '--show-toplevel'], directory, signal),
    ask(['rev-parse', '--short', 'HEAD'], directory, signal),
    ask(['status', '--porcelain', '-z', '--untracked-files=all', '.'], directory, signal),
  ]);
  if (top === undefined || head === undefined || status === undefined) return undefined;
  const root = top.trim();
  return {
    commit: head.trim(),
    changed: readStatus(status).map((file) => path.join(root, file)),
  };
}

/** `XY path`, ended by NUL; a rename has the old path behind it. */
function readStatus(output: string): readonly string[] {
  const fields = output.split('\0');
  const files: string[] = [];
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? '';
    if (field.length > 3) files.push(field.slice(3));
    if (/^[RC]/u.test(field)) at += 1;
  }
  return files;
}

async function ask(
  words: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const child = spawn('git', words, {
    cwd,
    signal,
    env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code ?? undefined));
  });
  const [exitCode, stdout] = await Promise.all([ended, text(child.stdout).catch(() => '')]);
  signal.throwIfAborted();
  return exitCode === 0 ? stdout : undefined;
}
