import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DjdevError } from '../errors/djdev-error.ts';
import { type Interruptions, watchInterruptions } from './interruptions.ts';
import type { Io } from './io.ts';
import type { OptionValues } from './options.ts';
import { parseArguments } from './parse-arguments.ts';
import { printFailure } from './print-failure.ts';
import { createRedactor, secretsOf } from './redactor.ts';
import { parseTimeout } from './timeout.ts';
import { readVersion } from '../version.ts';

/** Does what the command line says; resolves with the exit code and never rejects. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const redactor = createRedactor(secretsOf(io.environment));
  const interruptions = watchInterruptions();
  let options: OptionValues = guessOptions(argv, io);
  try {
    const request = parseArguments(argv, io.environment, readVersion());
    if (request.type === 'print') {
      io.stdout.write(request.text.endsWith('\n') ? request.text : `${request.text}\n`);
      return 0;
    }
    options = request.options;
    const inside = { ...io, cwd: enterDirectory(io.cwd, options.cwd) };
    const { command, args } = request;
    if (command.ownTimeout !== true) limitTime(interruptions, options);
    const { run } = await command.load();
    const { signal, whenForced } = interruptions;
    return await run({ options, args, io: inside, signal, redactor, whenForced });
  } catch (error) {
    // After an abort everything fails in its own way; the reason of the abort is what happened.
    const { aborted, reason } = interruptions.signal;
    return printFailure(aborted ? reason : error, io, { options, redact: redactor.redact });
  } finally {
    interruptions[Symbol.dispose]();
  }
}

/** How to print an error in the command line itself, before it can be read. */
function guessOptions(argv: readonly string[], io: Io): OptionValues {
  const debug = argv.includes('--debug') || io.environment['DJDEV_DEBUG'] !== undefined;
  return { debug, json: argv.includes('--json') };
}

function limitTime(interruptions: Interruptions, options: OptionValues): void {
  if (options.timeout === undefined) return;
  interruptions.limit(parseTimeout(options.timeout));
}

function enterDirectory(cwd: string, directory: string | undefined): string {
  if (directory === undefined) return cwd;
  const path = resolve(cwd, directory);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  throw new DjdevError('DJ-USAGE', {
    message: `--cwd names ${path}, and there is no such directory.`,
  });
}
