import { type Io, type Output, processIo } from './io.ts';
import { answerQuickly } from './quick-answer.ts';

/** Runs djdev in this process, from its command line to its exit. */
export async function main(): Promise<void> {
  const io = processIo();
  endQuietly(io.stdout);
  endQuietly(io.stderr);
  const argv = process.argv.slice(2);
  const answer = answerQuickly(argv);
  if (answer !== undefined) {
    io.stdout.write(answer);
    return;
  }
  catchBugs(io);
  const { runCommandLine } = await import('./run-command-line.ts');
  const exitCode = await runCommandLine(argv, io);
  await Promise.all([flush(io.stdout), flush(io.stderr)]);
  process.exit(exitCode);
}

/** A reader that went away (`djdev config | head -n 1`) is no failure of ours. */
function endQuietly(stream: Output): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** `process.exit` drops what a pipe has not taken yet. */
async function flush(stream: Output): Promise<void> {
  if (stream.destroyed || !stream.writable) return;
  await new Promise<void>((resolve) => {
    stream.write('', () => resolve());
  });
}

/** Errors that no promise or caller waits for. Containers of the run end by their lifelines. */
function catchBugs(io: Io): void {
  const onBug = (error: unknown): void => void exitWithBug(error, io);
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
}

async function exitWithBug(error: unknown, io: Io): Promise<never> {
  const { printFailure } = await import('./print-failure.ts');
  const { createRedactor, secretsOf } = await import('./redactor.ts');
  const { redact } = createRedactor(secretsOf(io.environment));
  const debug = process.argv.includes('--debug');
  process.exit(printFailure(error, io, { options: { debug }, redact }));
}
