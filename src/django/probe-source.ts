import { readFile } from 'node:fs/promises';

/** The Python programs that run in a child of the runner; see `probes/`. */
export type ProbeName = 'inspect' | 'migrate' | 'collect' | 'mentions' | 'sweep';

/** Text of a probe. */
export function readProbe(name: ProbeName): Promise<string> {
  return readSource(name);
}

/** The runner itself: one program, written in three files. */
export async function readRunner(): Promise<string> {
  const parts = await Promise.all(['warm', 'child', 'runner'].map(readSource));
  return parts.join('\n');
}

/** The path holds from `src/` and from `dist/`: the package ships `src/django/probes`. */
function readSource(name: string): Promise<string> {
  return readFile(new URL(`../../src/django/probes/${name}.py`, import.meta.url), 'utf8');
}
