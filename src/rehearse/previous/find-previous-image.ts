import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildImage } from '../../engine/build/build-image.ts';
import { findBuildTools } from '../../engine/build/find-build-tools.ts';
import { readCacheFile, writeCacheFile } from '../../engine/build/inputs/cache-directory.ts';
import type { ImageFacts } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { BuildDefinition, PreviousDefinition } from '../../project/project.ts';
import { previousRepository } from '../../stack/image-repository.ts';
import { previousIncomplete } from '../checks/previous-incomplete.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun } from '../run.ts';
import { exportTree } from './export-tree.ts';
import { type ResolvedCommit, resolveCommit } from './resolve-commit.ts';

/** The image of the release that serves now. */
export interface PreviousImage {
  /** For people: `v1.4.0 (1a2b3c4)`, or the image's reference. */
  readonly label: string;
  readonly reference: string;
  readonly facts: ImageFacts;
  /** It was neither built nor pulled: for people. */
  readonly isKnown: boolean;
}

/**
 * Finds, pulls or builds the previous release. Throws `DJ-PREVIOUS-NOT-FOUND` for a ref or an image
 * that does not exist and `DJ-PREVIOUS-BUILD` for one that does not build.
 */
export async function findPreviousImage(
  run: RehearsalRun,
  previous: PreviousDefinition,
): Promise<PreviousImage> {
  return previous.kind === 'image' ? findImage(run, previous) : buildCommit(run, previous);
}

async function findImage(
  { context }: RehearsalRun,
  { reference, location }: PreviousDefinition,
): Promise<PreviousImage> {
  const { engine, signal, emit } = context;
  try {
    const there = await engine.inspectImage(reference, signal);
    const onProgress = (text: string): void =>
      emit({ type: 'step-progressed', step: 'previous', text });
    const facts = there ?? (await engine.pullImage(reference, onProgress, signal));
    return { label: reference, reference, facts, isKnown: there !== undefined };
  } catch (cause) {
    if (!(cause instanceof DjdevError) || !isUnknownImage(cause)) throw cause;
    throw new DjdevError('DJ-PREVIOUS-NOT-FOUND', {
      message: `The previous release ${reference} is neither on the engine nor can it be pulled. ${cause.message}`,
      hint: 'Correct the reference in rehearse.previous, or log in to its registry.',
      ...(location === undefined ? {} : { location }),
      cause,
    });
  }
}

function isUnknownImage({ code }: DjdevError): boolean {
  return code === 'DJ-IMAGE-NOT-FOUND' || code === 'DJ-ENGINE-REQUEST';
}

/** An image of the same files, arguments and stage that was built before is taken as it is. */
async function buildCommit(
  run: RehearsalRun,
  previous: PreviousDefinition,
): Promise<PreviousImage> {
  const { context, project, cacheDirectory } = run;
  const { engine, signal } = context;
  const commit = await resolveCommit(project.root, previous, signal);
  const key = cacheKeyOf(project.build, commit, `${engine.info.os}/${engine.info.architecture}`);
  const cacheFile = path.join(cacheDirectory, 'previous', `${project.id}-${key}.json`);
  const known = await readCacheFile(cacheFile);
  if (typeof known === 'string') {
    const facts = await engine.inspectImage(known, signal);
    if (facts) return { label: commit.label, reference: known, facts, isKnown: true };
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'djdev-previous-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  context.scope.defer(remove);
  try {
    const reference = await buildExported(run, commit, directory);
    await writeCacheFile(cacheFile, reference);
    const facts = await engine.inspectImage(reference, signal);
    if (facts) return { label: commit.label, reference, facts, isKnown: false };
    throw new DjdevError('DJ-IMAGE-NOT-FOUND', {
      message: `The image ${reference} was built, but the engine does not have it any more.`,
      hint: 'Something else removes images on this engine, such as a prune job. Run djdev again.',
    });
  } finally {
    await remove();
  }
}

async function buildExported(
  run: RehearsalRun,
  commit: ResolvedCommit,
  directory: string,
): Promise<string> {
  const { context, project } = run;
  const { engine, signal, emit } = context;
  const tree = path.join(directory, 'tree');
  const [contextPath, dockerfilePath] = [project.build.context, project.build.dockerfile].map(
    (file) => relativeToTop(file, commit),
  );
  const paths = contextPath === '' ? [''] : [contextPath ?? '', dockerfilePath ?? ''];
  const place = { directory: tree, indexFile: path.join(directory, 'index') };
  const exported = await exportTree(commit, paths, place, signal);
  reportFindings(context, previousIncomplete(commit.label, exported));
  const definition: BuildDefinition = {
    ...project.build,
    context: path.join(tree, contextPath ?? ''),
    dockerfile: path.join(tree, dockerfilePath ?? ''),
  };
  const tools = { ...findBuildTools(process.env), cacheDirectory: path.join(directory, 'cache') };
  const repository = previousRepository(project);
  const outcome = await buildImage(
    engine,
    { definition, repository },
    {
      onProgress: ({ name, state }) => {
        if (state === 'started') emit({ type: 'step-progressed', step: 'previous', text: name });
      },
      onLine: (_, line) => emit({ type: 'line-logged', step: 'previous', source: 'build', line }),
    },
    signal,
    tools,
  ).catch((cause: unknown) => {
    throw explainMissing(cause, commit);
  });
  if (outcome.type === 'built') return outcome.reference;
  const pieces = [...exported.submodules, ...exported.pointers];
  throw new DjdevError('DJ-PREVIOUS-BUILD', {
    message: `The previous release ${commit.label} does not build at ${outcome.instruction}: ${outcome.message}`,
    hint:
      pieces.length > 0
        ? `Its files were taken from git, without ${pieces.slice(0, 3).join(', ')}. Name its image instead: rehearse.previous: { image: … }.`
        : `${outcome.hint} Only what git holds was built; where that is not enough, name the released image: rehearse.previous: { image: … }.`,
    output: outcome.output,
  });
}

function relativeToTop(file: string, { top, label }: ResolvedCommit): string {
  const relative = path.relative(top, file);
  if (!relative.startsWith('..') && !path.isAbsolute(relative)) return relative;
  throw new DjdevError('DJ-PREVIOUS-BUILD', {
    message: `The previous release ${label} cannot be built: ${file} is outside of the repository ${top}.`,
    hint: 'Name its image instead: rehearse.previous: { image: … }.',
  });
}

/** The Dockerfile may have come later than this commit; its path here is nobody's. */
function explainMissing(cause: unknown, { label }: ResolvedCommit): unknown {
  if (!(cause instanceof DjdevError) || cause.code !== 'DJ-DOCKERFILE-NOT-FOUND') return cause;
  return new DjdevError('DJ-PREVIOUS-BUILD', {
    message: `The previous release ${label} has no such Dockerfile as app.build.dockerfile names.`,
    hint: 'Name a later ref, or an image: rehearse.previous: { image: … }.',
    cause,
  });
}

/** Values of secrets are no part of it: BuildKit does not build again for them either. */
function cacheKeyOf(build: BuildDefinition, commit: ResolvedCommit, platform: string): string {
  const { args, target, secrets } = build;
  const paths = [build.context, build.dockerfile].map((file) => path.relative(commit.top, file));
  const parts = [commit.tree, platform, paths, target ?? '', args, Object.keys(secrets)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
