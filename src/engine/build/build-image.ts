import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import type { BuildListener, BuildOutcome, BuildRequest } from './build-request.ts';
import { explainFailure } from './failure/explain-failure.ts';
import { type BuildTools, findBuildTools } from './find-build-tools.ts';
import { areBuiltPathsKnown, rememberBuiltPaths } from './inputs/built-paths.ts';
import {
  cacheKey,
  pruneCacheFiles,
  readCacheFile,
  writeCacheFile,
} from './inputs/cache-directory.ts';
import { type BuildInputs, describeInputs } from './inputs/describe-inputs.ts';
import { explainDifference, unsettled } from './inputs/explain-difference.ts';
import { readInputs } from './inputs/read-inputs.ts';
import { overlayBuild } from './overlay/overlay-build.ts';
import { createBuildTracker } from './progress/track-build.ts';
import { nameImage } from './name-image.ts';
import { removeOldImages } from './remove-old-images.ts';

const recordEnding = '.last.json';
/** Of all projects of this machine. */
const keptRecords = 100;

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
  const read = await readInputs(engine, request.definition, tools.cacheDirectory, signal);
  const reference = `${request.repository}:${read.inputs.digest}`;
  const existing = await engine.inspectImage(reference, signal);
  if (existing && !isWanted(request)) {
    const reason = { rebuilt: false, text: 'unchanged' };
    // Its inputs were just read, so a cache that was emptied is as good as before.
    if (!(await areBuiltPathsKnown(tools.cacheDirectory, existing.id))) {
      await rememberBuiltPaths(tools.cacheDirectory, existing.id, Object.keys(read.inputs.files));
    }
    listener.onReason?.(reason);
    return { type: 'built', id: existing.id, reference, reason, ms: elapsedMs() };
  }

  const last = (await readCacheFile(recordFile(request, tools))) as BuildInputs | undefined;
  const text = existing ? 'asked for' : explainDifference(last, read.inputs);
  const reason = { rebuilt: true, text };
  listener.onReason?.(reason);
  await using overlaid = await overlayBuild(request.definition, read.overlay);
  const job = {
    definition: overlaid.definition,
    entries: read.entries,
    hasIgnoreFile: read.ignore.file !== undefined,
    noCache: request.noCache === true,
  };
  // The builders take longer to import than a build with nothing to do takes altogether.
  const { startBuild } = await import('./start-build.ts');
  const answer = await startBuild(engine, tools, job, createBuildTracker(listener), signal);
  if (answer.type === 'failed') {
    const surroundings = { ...read, ...request, engineVersion: engine.info.version };
    return { ...(await explainFailure(answer, surroundings)), ms: elapsedMs() };
  }
  const inputs = await settleInputs(engine, request, { tools, before: read.inputs }, signal);
  const kept = await keepImage(engine, request, { id: answer.id, inputs, last }, signal);
  await writeCacheFile(recordFile(request, tools), inputs);
  await pruneCacheFiles(tools.cacheDirectory, recordEnding, keptRecords);
  await rememberBuiltPaths(tools.cacheDirectory, kept.id, Object.keys(inputs.files));
  return { type: 'built', ...kept, reason, ms: elapsedMs() };
}

function isWanted(request: BuildRequest): boolean {
  return request.force === true || request.noCache === true;
}

/** Remembers the inputs of the last image, to tell what changed since. */
function recordFile({ repository, definition }: BuildRequest, tools: BuildTools): string {
  const key = cacheKey([repository, definition.context, definition.dockerfile]);
  return join(tools.cacheDirectory, `${key}${recordEnding}`);
}

/**
 * Files may be saved while the builder reads them, and then nobody knows which of the two contents
 * is in the image. It gets the name of inputs that never come again, so that the next build builds.
 */
async function settleInputs(
  engine: Engine,
  { definition }: BuildRequest,
  { tools, before }: { readonly tools: BuildTools; readonly before: BuildInputs },
  signal: AbortSignal,
): Promise<BuildInputs> {
  const digest = await readInputs(engine, definition, tools.cacheDirectory, signal).then(
    (after) => after.inputs.digest,
    // The Dockerfile was saved half finished: the next build will say so.
    () => 'unreadable',
  );
  signal.throwIfAborted();
  if (digest === before.digest) return before;
  const settings = { ...before.settings, [unsettled]: `${digest} ${Date.now()}` };
  return describeInputs(settings, before.files);
}

async function keepImage(
  engine: Engine,
  request: BuildRequest,
  built: {
    readonly id: string;
    readonly inputs: BuildInputs;
    readonly last: BuildInputs | undefined;
  },
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly reference: string }> {
  const { repository } = request;
  const reference = `${repository}:${built.inputs.digest}`;
  const id = await nameImage(
    engine,
    { id: built.id, reference, replace: isWanted(request) },
    signal,
  );
  const kept = { current: reference, previous: `${repository}:${built.last?.digest}` };
  await removeOldImages(engine, repository, kept, signal);
  return { id, reference };
}
