import { readFile } from 'node:fs/promises';

/** The Python programs that run inside the image; see `probes/`. */
export type ProbeName = 'runner' | 'inspect' | 'migrate' | 'collect' | 'mentions';

/** Text of a probe. The path holds from `src/` and from `dist/`: the package ships `src/django/probes`. */
export function readProbe(name: ProbeName): Promise<string> {
  return readFile(new URL(`../../src/django/probes/${name}.py`, import.meta.url), 'utf8');
}
