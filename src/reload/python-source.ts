import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The path holds from `src/` and from `dist/`: the package ships `src/reload/python`. */
const directory = fileURLToPath(new URL('../../src/reload/python/', import.meta.url));

/** Text of the program that an exec relays requests with. */
export function readBridge(): Promise<string> {
  return readFile(`${directory}bridge.py`, 'utf8');
}

/** Text of the program that tries to load the application. */
export function readTrial(): Promise<string> {
  return readFile(`${directory}trial.py`, 'utf8');
}

/** Text of the program that joins a terminal with a breakpoint(). */
export function readAttach(): Promise<string> {
  return readFile(`${directory}attach.py`, 'utf8');
}

/** Text of the program that joins an editor with debugpy. */
export function readEditor(): Promise<string> {
  return readFile(`${directory}editor.py`, 'utf8');
}

/** What lies on PYTHONPATH in the container: path below that directory → text. */
export async function readReloadModules(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(`${directory}djdev_reload`);
  const paths = [
    'sitecustomize.py',
    ...names.filter((name) => name.endsWith('.py')).map((name) => `djdev_reload/${name}`),
  ].sort();
  const texts = await Promise.all(
    paths.map(async (path) => [path, await readFile(`${directory}${path}`, 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}
