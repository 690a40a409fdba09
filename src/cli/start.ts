import { type Io, type Output, processIo } from './io.ts';
import { printFailure } from './print-failure.ts';
import { createRedactor, secretsOf } from './redactor.ts';
import { runCommandLine } from './run-command-line.ts';

/** Runs a command in this process, to its exit. */
export async function start(argv: readonly string[]): Promise<never> {
  const io = processIo();
  endQuietly(io.stdout);
  endQuietly(io.stderr);
  catchBugs(io);
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
  const onBug = (error: unknown): void => {
    const { redact } = createRedactor(secretsOf(io.environment));
    const debug = process.argv.includes('--debug');
    process.exit(printFailure(error, io, { options: { debug }, redact }));
  };
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
}
