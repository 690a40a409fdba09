import { pack } from 'tar-stream';
import type { Engine } from '../engine/engine.ts';
import { type ReloadPlan, reloadDirectory } from './plan.ts';
import { readReloadModules } from './python-source.ts';

/** Nothing of it depends on the moment, so equal files make equal archives. */
const mtime = new Date(0);

/**
 * Puts the Python side into a container that was created and not started yet. It goes into the
 * container's own layer, so the image is not touched, and a container that is stopped and started
 * again still has it. `learned` is what `readLearned` gave for the same image, if anything did:
 * then even the first reload finds the libraries imported.
 */
export async function seedReload(
  engine: Engine,
  containerId: string,
  plan: Pick<ReloadPlan, 'tmpfs'>,
  learned: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (Object.keys(plan.tmpfs).length === 0) return;
  const archive = await packSeed(learned);
  await engine.putArchive(containerId, '/', archive, signal);
}

/**
 * What a running process has learned about the libraries of its image; JSON to be kept beside the
 * image's id. `undefined` when there is nothing yet.
 */
export async function readLearned(
  engine: Engine,
  containerId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = ['cat', `${reloadDirectory}/state/learned.json`];
  const result = await engine.execToEnd(containerId, { command }, signal);
  return result.exitCode === 0 ? result.stdout : undefined;
}

async function packSeed(learned: string | undefined): Promise<Buffer> {
  const files = await readReloadModules();
  const archive = pack();
  const root = reloadDirectory.slice(1);
  // The engine gives a tmpfs the mode of the directory it covers.
  archive.entry({ name: `${root}/state`, type: 'directory', mode: 0o1777, mtime });
  for (const name of [root, `${root}/python`, `${root}/python/djdev_reload`]) {
    archive.entry({ name, type: 'directory', mode: 0o755, mtime });
  }
  for (const [path, text] of Object.entries(files)) {
    archive.entry({ name: `${root}/python/${path}`, mode: 0o644, mtime }, text);
  }
  if (learned !== undefined) {
    archive.entry({ name: `${root}/python/learned.json`, mode: 0o644, mtime }, learned);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
