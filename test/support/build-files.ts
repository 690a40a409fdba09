import { buildImage } from '../../src/engine/build/build-image.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { withProject } from './with-project.ts';

/**
 * Builds an image from these files, a Dockerfile among them, and answers with its reference; found
 * by its digest when it was built before. Throws what the build said when it fails.
 */
export async function buildFiles(
  engine: Engine,
  repository: string,
  files: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  await using project = await withProject(files);
  return await buildDirectory(engine, repository, project.root, signal);
}

/** The same of a directory. */
export async function buildDirectory(
  engine: Engine,
  repository: string,
  root: string,
  signal: AbortSignal,
): Promise<string> {
  const definition = {
    context: root,
    dockerfile: `${root}/Dockerfile`,
    target: undefined,
    args: {},
    secrets: {},
  };
  const listener = { onProgress: () => {}, onLine: () => {} };
  const outcome = await buildImage(engine, { repository, definition }, listener, signal);
  if (outcome.type === 'built') return outcome.reference;
  throw new Error(`${outcome.message}\n${outcome.output.join('\n')}`);
}
