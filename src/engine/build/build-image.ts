import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import type { BuildListener, BuildOutcome, BuildRequest } from './build-request.ts';
import { explainFailure } from './failure/explain-failure.ts';
import { type BuildTools, findBuildTools } from './find-build-tools.ts';
import { cacheKey, readCacheFile, writeCacheFile } from './inputs/cache-directory.ts';
import { type BuildInputs, describeInputs } from './inputs/describe-inputs.ts';
import { explainDifference } from './inputs/explain-difference.ts';
import { readInputs } from './inputs/read-inputs.ts';
import { createBuildTracker } from './progress/track-build.ts';
import { removeOldImages } from './remove-old-images.ts';
import { startBuild } from './start-build.ts';

/**
 * Builds the project's image, unless an image of the same inputs is on the engine already, and
 * tags it `repository:<digest of the inputs>`. Nothing of djdev is put into the image.
 *
 * A failing instruction is returned. Throws `DJ-DOCKERFILE-NOT-FOUND`, `DJ-DOCKERFILE-SYNTAX`,
 * `DJ-DISK-FULL`, `DJ-ENGINE-TOO-OLD`, the errors of a lost engine, and the signal's reason when
 * it aborts; the build has then been cancelled on the engine.
 */
export async function buildImage(
  engine: Engine,
  request: BuildRequest,
  listener: BuildListener,
  signal: AbortSignal,
  tools: BuildTools = findBuildTools(process.env),
): Promise<BuildOutcome> {
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  const { definition, repository } = request;
  const read = await readInputs(engine, definition, tools.cacheDirectory, signal);
  const reference = `${repository}:${read.inputs.digest}`;
  const existing = await engine.inspectImage(reference, signal);
  const isWanted = request.force === true || request.noCache === true;
  if (existing && !isWanted) {
    const reason = { rebuilt: false, text: 'unchanged' };
    listener.onReason?.(reason);
    return { type: 'built', id: existing.id, reference, reason, ms: elapsedMs() };
  }

  const recordFile = join(
    tools.cacheDirectory,
    `${cacheKey([repository, definition.context, definition.dockerfile])}.last.json`,
  );
  const last = (await readCacheFile(recordFile)) as BuildInputs | undefined;
  const text = existing ? 'asked for' : explainDifference(last, read.inputs);
  const reason = { rebuilt: true, text };
  listener.onReason?.(reason);
  const answer = await startBuild(
    engine,
    tools,
    {
      definition,
      entries: read.entries,
      hasIgnoreFile: read.ignore.file !== undefined,
      noCache: request.noCache === true,
    },
    createBuildTracker(listener),
    signal,
  );
  if (answer.type === 'failed') {
    const engineVersion = engine.info.version;
    const failed = await explainFailure(answer, { definition, engineVersion, ...read });
    return { ...failed, ms: elapsedMs() };
  }
  const built = await settleInputs(engine, request, tools, read.inputs, signal);
  const builtReference = `${repository}:${built.digest}`;
  await engine.tagImage(answer.id, builtReference, signal);
  await writeCacheFile(recordFile, built);
  const kept = { current: builtReference, previous: `${repository}:${last?.digest}` };
  await removeOldImages(engine, repository, kept, signal);
  return { type: 'built', id: answer.id, reference: builtReference, reason, ms: elapsedMs() };
}

/**
 * Files may be saved while the builder reads them, and then nobody knows which of the two contents
 * is in the image. It gets the name of inputs that never come again, so that the next build builds.
 */
async function settleInputs(
  engine: Engine,
  request: BuildRequest,
  tools: BuildTools,
  before: BuildInputs,
  signal: AbortSignal,
): Promise<BuildInputs> {
  const after = await readInputs(engine, request.definition, tools.cacheDirectory, signal);
  if (after.inputs.digest === before.digest) return before;
  return describeInputs(
    { ...before.settings, 'files during the build': `${after.inputs.digest} ${Date.now()}` },
    before.files,
  );
}
