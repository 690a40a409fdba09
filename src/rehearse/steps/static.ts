import type { Readable } from 'node:stream';
import { posix } from 'node:path';
import type { DjangoFacts } from '../../django/django-facts.ts';
import type { DjangoRunner } from '../../django/django-runner.ts';
import { findMentions, type Mention } from '../../django/find-mentions.ts';
import { findManagePath, readManageCommand } from '../../django/manage-command.ts';
import { type CollectstaticResult, runCollectstatic } from '../../django/run-collectstatic.ts';
import type { ImageFacts } from '../../engine/engine.ts';
import { createLocatePath } from '../checks/deploy-check-location.ts';
import { checkBuiltStatic } from '../checks/static-build.ts';
import { describeFiles, nothingCollected, staticCollected } from '../checks/static-collected.ts';
import { explainStaticFailure } from '../checks/static-failure.ts';
import {
  canCollectBeside,
  decideStaticPlace,
  isCollectstatic,
  type StaticPlace,
} from '../checks/static-place.ts';
import type { StaticExpectation } from '../checks/static-served.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/** Files that a release command collected, for the container that serves them. */
export interface StaticSeed {
  /** Directory in the container that the archive is unpacked in. */
  readonly path: string;
  archive(): Promise<Readable | undefined>;
}

/** Where production collects its static files, and what there is to collect. */
export interface StaticResult extends StaticExpectation {
  /** To be put into the booted container before its start; only release commands need that. */
  readonly seed: StaticSeed | undefined;
}

const places: Readonly<Record<StaticPlace, string>> = {
  build: 'collected while the image is built',
  release: 'collected by a release command',
  start: 'collected when production starts',
  nowhere: 'collected by nothing',
  remote: 'not collected here',
  none: 'nothing to collect',
};

/**
 * Collects static files with production's own storage, the way production does; files that are in
 * the image already are verified instead. A storage outside of the container is left alone.
 */
export async function runStatic(
  run: RehearsalRun,
  runner: DjangoRunner,
  facts: DjangoFacts,
  image: ImageFacts,
): Promise<StepResult<StaticResult>> {
  if (!facts.staticfiles) return { summary: 'no static files app', value: none('none') };
  const local = facts.static?.storage ? facts.static : undefined;
  const place = await findPlace(run, runner, facts, image);
  if (place === 'remote') {
    const summary = `not run: ${local?.storage ?? ''} would upload the files`;
    return { summary, value: none('remote') };
  }
  if (place === 'none' && !facts.whitenoise)
    return { summary: 'STATIC_ROOT is not set: nothing is collected', value: none('none') };
  const needed = facts.whitenoise || local?.hashed === true;
  const root = local?.root ?? facts.staticRoot ?? undefined;
  if (place !== 'build' || !local) return await collect(run, runner, { place, needed, root });
  const failed = reportFindings(run.context, checkBuiltStatic(local));
  const value = { place, root, files: local.files, needed, seed: undefined };
  return result(place, local, failed ? undefined : value);
}

/** Runs collectstatic in the runner's container, as the image's user. */
async function collect(
  run: RehearsalRun,
  runner: DjangoRunner,
  expected: Pick<StaticResult, 'place' | 'needed' | 'root'>,
): Promise<StepResult<StaticResult>> {
  const { context, project } = run;
  const { place, root } = expected;
  // Where another release command collects, that one fills STATIC_ROOT, and this is a trial.
  const isTrial =
    place === 'nowhere' || (place === 'release' && !canCollectBeside(project.rehearse.release));
  const { collected, result: ended } = await collectOnce(run, runner, isTrial);
  if (!collected) {
    const locate = createLocatePath(runner.ready.directory, project);
    reportFindings(context, [explainStaticFailure(ended, locate)]);
    return { summary: 'collectstatic failed', value: undefined };
  }
  const title = isTrial
    ? `collectstatic works: production’s storage takes ${describeFiles(collected)}.`
    : `${describeFiles(collected)} were collected.`;
  reportFindings(context, [
    collected.files === 0 ? nothingCollected() : staticCollected(title, collected),
  ]);
  const seed = place === 'release' && root ? createSeed(run, runner, root) : undefined;
  return result(place, collected, { ...expected, files: collected.files, seed });
}

function collectOnce(
  { context, project }: RehearsalRun,
  runner: DjangoRunner,
  elsewhere: boolean,
): Promise<CollectstaticResult> {
  const { release } = project.rehearse;
  const declared = release.find(isCollectstatic);
  const command = declared && readManageCommand(declared);
  return runCollectstatic(
    runner,
    {
      argv: command?.argv ?? ['collectstatic', '--noinput'],
      manage: command?.manage ?? findManagePath(release),
      elsewhere,
      onLine: ({ text: line }) =>
        context.emit({ type: 'line-logged', step: 'static', source: 'collectstatic', line }),
    },
    context.signal,
  );
}

async function findPlace(
  { context, project }: RehearsalRun,
  runner: DjangoRunner,
  { static: found, staticRoot }: DjangoFacts,
  image: ImageFacts,
): Promise<StaticPlace> {
  // A storage that cannot be created: collecting will say why.
  if (!found) return staticRoot === null ? 'none' : 'nowhere';
  const web = project.processes.find(({ port }) => port !== undefined) ?? project.processes[0];
  const start = [...image.entrypoint, ...(web?.command ?? image.command)];
  const { release } = project.rehearse;
  const evidence = { facts: found, release, start };
  const early = decideStaticPlace({ ...evidence, mentions: { release: [], start: [] } });
  if (early !== 'nowhere') return early;
  const look = (command: readonly string[]): Promise<readonly Mention[]> =>
    findMentions(runner, command, ['collectstatic'], context.signal);
  const [ofRelease, ofStart] = await Promise.all([look(release.flat()), look(start)]);
  return decideStaticPlace({ ...evidence, mentions: { release: ofRelease, start: ofStart } });
}

/** The collected tree as the release command left it, owners and modes included. */
function createSeed({ context }: RehearsalRun, runner: DjangoRunner, root: string): StaticSeed {
  return {
    path: posix.dirname(root),
    archive: () => context.engine.getArchive(runner.containerId, root, context.signal),
  };
}

function none(place: StaticPlace): StaticResult {
  return { place, root: undefined, files: 0, needed: false, seed: undefined };
}

function result(
  place: StaticPlace,
  files: { readonly files: number; readonly bytes: number },
  value: StaticResult | undefined,
): StepResult<StaticResult> {
  return { summary: `${describeFiles(files)}, ${places[place]}`, value };
}
