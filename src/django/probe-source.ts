import { readFile } from 'node:fs/promises';

/** The Python programs that run in a child of the runner; see `probes/`. */
export type ProbeName =
  | 'inspect'
  | 'migrate'
  | 'collect'
  | 'mentions'
  | 'sweep'
  | 'reverse'
  | 'skew'
  | 'fallback';

/** Probes that are written in several files. */
const partsOf: Readonly<Partial<Record<ProbeName, readonly string[]>>> = {
  inspect: ['inspect', 'practice', 'walk'],
  migrate: ['migrate', 'observe'],
};

/** Text of a probe. */
export async function readProbe(name: ProbeName): Promise<string> {
  const parts = await Promise.all((partsOf[name] ?? [name]).map(readSource));
  return parts.join('\n');
}

/** The runner itself: one program, written in three files. */
export async function readRunner(): Promise<string> {
  const parts = await Promise.all(['warm', 'child', 'runner'].map(readSource));
  return parts.join('\n');
}

/** A program for the container that serves, and the one that runs it. */
export async function readInsideProgram(
  name: 'users' | 'patterns',
): Promise<{ readonly runner: string; readonly program: string }> {
  const [runner = '', program = ''] = await Promise.all(['inside', name].map(readSource));
  return { runner, program };
}

/** The path holds from `src/` and from `dist/`: the package ships `src/django/probes`. */
function readSource(name: string): Promise<string> {
  return readFile(new URL(`../../src/django/probes/${name}.py`, import.meta.url), 'utf8');
}
