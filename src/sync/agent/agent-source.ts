import { readFile } from 'node:fs/promises';

const files = ['tree.py', 'sources.py', 'changes.py', 'agent.py'];

/** The program that runs in the container; the paths hold from `src/` and from `dist/`. */
export async function readAgent(): Promise<string> {
  const parts = await Promise.all(
    files.map((file) =>
      readFile(new URL(`../../../src/sync/agent/${file}`, import.meta.url), 'utf8'),
    ),
  );
  return parts.join('\n');
}
