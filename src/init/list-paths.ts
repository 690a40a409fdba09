import { readdir } from 'node:fs/promises';
import path from 'node:path';

const mostPaths = 20_000;
const mostLevels = 6;

/** Directories of libraries, products and repositories; others that begin with a dot are read. */
const skipped =
  /^(?:\.git|\.hg|\.venv|\.tox|\.mypy_cache|\.ruff_cache|\.pytest_cache|\.idea|\.djdev|node_modules|venv|__pycache__|site-packages|staticfiles|media)$/u;

/** Files and directories below `root`, relative, those nearest to the root first. */
export async function listPaths(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  let level = ['.'];
  for (let depth = 0; depth < mostLevels && found.length < mostPaths; depth += 1) {
    const next: string[] = [];
    for (const directory of level) {
      const entries = await readdir(path.join(root, directory), { withFileTypes: true }).catch(
        () => [],
      );
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        if (skipped.test(entry.name)) continue;
        const relative = path.posix.join(directory, entry.name);
        found.push(relative);
        if (entry.isDirectory()) next.push(relative);
      }
    }
    level = next;
  }
  return found;
}
