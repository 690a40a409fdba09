import { Writable } from 'node:stream';
import { defuseCommands } from '../../report/formats/workflow-commands.ts';
import type { Io, Output } from '../io.ts';

type Environment = Io['environment'];

/** Whether the lines that djdev prints are read for commands by the CI system that runs it. */
function isReadForCommands(environment: Environment): boolean {
  return ['GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'].some(
    (name) => (environment[name] ?? '') !== '',
  );
}

/**
 * The same process, through whose output no application can give commands to the CI system. Not by
 * `::stop-commands::` alone: the two streams may arrive there in another order.
 */
export function guardOutput(io: Io): Io {
  if (!isReadForCommands(io.environment)) return io;
  return { ...io, stdout: new GuardedOutput(io.stdout), stderr: new GuardedOutput(io.stderr) };
}

class GuardedOutput extends Writable implements Output {
  readonly #output: Output;
  readonly isTTY: boolean;

  constructor(output: Output) {
    super({ decodeStrings: false });
    this.#output = output;
    this.isTTY = output.isTTY === true;
  }

  get columns(): number {
    return this.#output.columns ?? 80;
  }

  // At once and without waiting, so that nothing is left here when the process ends.
  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.#output.write(defuseCommands(chunk.toString()));
    done();
  }
}
