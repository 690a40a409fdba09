import type { Engine } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';

/** Python again, as every image has it: `find` and `sh` may be missing. */
const program = 'import os,sys;print(sum(len(n) for _,_,n in os.walk(sys.argv[1])))';

/**
 * How many files lie below `path` in a running container; `undefined` when that cannot be found
 * out there.
 */
export async function countFiles(
  engine: Engine,
  containerId: string,
  path: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const request = { command: ['python3', '-c', program, path] };
  try {
    const { exitCode, stdout } = await engine.execToEnd(containerId, request, signal);
    return exitCode === 0 ? Number(stdout.trim()) : undefined;
  } catch (error) {
    if (error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND') return undefined;
    throw error;
  }
}
