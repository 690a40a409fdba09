import { readFile } from 'node:fs/promises';

/** The program that runs in the container; the path holds from `src/` and from `dist/`. */
export function readAgent(): Promise<string> {
  return readFile(new URL('../../../src/sync/agent/agent.py', import.meta.url), 'utf8');
}
