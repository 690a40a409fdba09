import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** How one side is measured. */
export interface ProbeOptions {
  /** 32 hexadecimal digits; `null`: the program makes its own. */
  readonly salt: string | null;
  /** Of the digests. */
  readonly rounds: number;
  /** Whether Postgres is asked, which takes a connection. */
  readonly database: boolean;
  /** The program ends itself after so long. */
  readonly timeoutSeconds: number;
}

/** About 4 ms for each value: slow enough that nobody guesses long ones, quick enough for some hundreds. */
export const digestRounds = 10_000;

const parts = ['values', 'surroundings', 'settings', 'describe'];

/** The text of a Python program that prints `SideFacts` of the container in which it runs. */
export async function readProbeProgram(options: ProbeOptions): Promise<string> {
  const sources = await Promise.all(parts.map(readSource));
  const given = [
    `"salt": ${options.salt === null ? 'None' : JSON.stringify(options.salt)}`,
    `"rounds": ${options.rounds}`,
    `"database": ${options.database ? 'True' : 'False'}`,
    `"timeoutSeconds": ${options.timeoutSeconds}`,
    '"program": "djdev parity 1"',
  ];
  return `${sources.join('\n\n')}\n\nmain({${given.join(', ')}})\n`;
}

export function newSalt(): string {
  return randomBytes(16).toString('hex');
}

/** The path holds from `src/` and from `dist/`: the package ships `src/parity/probes`. */
function readSource(name: string): Promise<string> {
  return readFile(new URL(`../../src/parity/probes/${name}.py`, import.meta.url), 'utf8');
}
