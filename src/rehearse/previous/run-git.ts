import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { DjdevError } from '../../errors/djdev-error.ts';

/** Variables that a hook of git hands on and that would point git at another index or tree. */
const hookVariables = ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_WORK_TREE'];

interface GitCall {
  readonly cwd: string;
  /** A file to be used instead of the repository's own index. */
  readonly indexFile?: string;
  readonly input?: string;
}

/** What git answered; the same shape for success and failure. */
export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git to its end. Throws `DJ-PREVIOUS-NOT-FOUND` when there is no git on this machine. */
export async function runGit(
  args: readonly string[],
  { cwd, indexFile, input = '' }: GitCall,
  signal: AbortSignal,
): Promise<GitAnswer> {
  signal.throwIfAborted();
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  for (const name of hookVariables) delete env[name];
  if (indexFile !== undefined) env['GIT_INDEX_FILE'] = indexFile;
  const child = spawn('git', args, { cwd, env, signal });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const closed = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  try {
    const [exitCode, stdout, stderr] = await Promise.all([
      closed,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { exitCode, stdout, stderr };
  } catch (cause) {
    signal.throwIfAborted();
    throw new DjdevError('DJ-PREVIOUS-NOT-FOUND', {
      message: 'The previous release is a git ref, and git cannot be run on this machine.',
      hint: 'Install git, or name an image: rehearse.previous: { image: … }.',
      cause,
    });
  }
}
