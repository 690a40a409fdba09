import { answerQuickly } from './quick-answer.ts';

/** Runs djdev in this process, from its command line to its exit. */
export async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const answer = await answerQuickly(argv);
  if (answer !== undefined) {
    print(answer);
    return;
  }
  const { start } = await import('./start.ts');
  await start(argv);
}

/**
 * Without `process.stdout` and without an import of node:fs, which loads all of what it exports:
 * each would be a tenth of the time that `--help` takes.
 */
function print(text: string): void {
  try {
    const bytes = Buffer.from(text);
    const written = process.getBuiltinModule('node:fs').writeSync(1, bytes);
    // A pipe that is almost full takes a part of it.
    if (written < bytes.length) process.stdout.write(bytes.subarray(written));
  } catch (error) {
    // A reader that went away (`djdev --help | head -n 1`) is no failure of ours.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}
