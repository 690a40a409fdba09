import { randomBytes } from 'node:crypto';
import { systemClock } from '../../context/clock.ts';
import type { Context } from '../../context/context.ts';
import { Scope } from '../../context/scope.ts';
import { readProfile } from '../../database/data/read-profile.ts';
import { startScratchPostgres } from '../../database/scratch-postgres.ts';
import { type DjangoRunner, startDjangoRunner } from '../../django/django-runner.ts';
import { buildImage } from '../../engine/build/build-image.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { CheckSetting } from '../../migrations/check/check-migrations.ts';
import type { Project } from '../../project/project.ts';
import { createLocatePath } from '../../rehearse/checks/deploy-check-location.ts';
import { type OpenedRun, openRun, runnerRole } from '../../rehearse/open-run.ts';
import { openNetwork } from '../../rehearse/resources.ts';
import { imageRepository } from '../../stack/image-repository.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject, secretsOfEnvironment } from '../load-project.ts';
import { openEngine } from '../open-engine.ts';

/** A project with its image, Django in it, and an empty database; all of it goes at the end. */
export interface OpenedCheck extends AsyncDisposable {
  readonly project: Project;
  readonly context: Context;
  readonly setting: CheckSetting;
}

/**
 * Builds the image if the tree has changed, and starts Django and a Postgres beside each other.
 * Throws `DJ-BUILD`, and `DJ-USAGE` for a project without Postgres or an image without Django.
 */
export async function openCheck(invocation: Invocation): Promise<OpenedCheck> {
  const { options, io, signal, redactor } = invocation;
  const say = (text: string): void => {
    if (options.quiet !== true) io.stderr.write(`${redactor.redact(text)}\n`);
  };
  const scope = new Scope();
  const close = (): Promise<void> => scope[Symbol.asyncDispose]();
  try {
    const project = await loadInvocationProject(invocation);
    const engine = scope.use(await openEngine(invocation));
    const session = randomBytes(6).toString('hex');
    const context: Context = {
      engine,
      session,
      scope,
      signal,
      clock: systemClock,
      emit: (event) => {
        if (event.type === 'line-logged' && options.verbose === true) say(event.line);
      },
    };
    const opened = openRun(project, context, false);
    redactor.learn(secretsOfEnvironment(opened.run.environment));
    const setting = await start(opened, say);
    return { project, context, setting, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function start(
  { run, postgres }: OpenedRun,
  say: (text: string) => void,
): Promise<CheckSetting> {
  const { context, project } = run;
  if (postgres === undefined) {
    throw new DjdevError('DJ-USAGE', {
      message: `${project.name} has no Postgres among its services.`,
      hint: 'Declare it in djdev.yaml: services: { postgres: {} }.',
    });
  }
  const [image] = await Promise.all([build(run, say), openNetwork(run)]);
  const [server, runner] = await Promise.all([
    startScratchPostgres(context, postgres, {
      network: run.network,
      containerName: run.nameFor(postgres.service),
      ownership: run.ownership(postgres.service),
      onLine: (line) =>
        context.emit({ type: 'line-logged', step: 'database', source: postgres.service, line }),
    }),
    startDjango(run, image),
  ]);
  const { data } = project.rehearse;
  return {
    ...(data?.profile !== undefined && { profile: await readProfile(data.profile) }),
    clock: context.clock,
    signal: context.signal,
    database: { address: server.address, host: postgres.host },
    runner,
    locate: createLocatePath(runner.ready.directory, project),
    onProgress: say,
  };
}

/** The image's id. */
async function build(
  { context, project }: OpenedRun['run'],
  say: (text: string) => void,
): Promise<string> {
  const outcome = await buildImage(
    context.engine,
    { definition: project.build, repository: imageRepository(project) },
    {
      onReason: ({ rebuilt, text }) => {
        if (rebuilt) say(text);
      },
      onProgress: () => {},
      onLine: (_, line) =>
        context.emit({ type: 'line-logged', step: 'build', source: 'build', line }),
    },
    context.signal,
  );
  if (outcome.type === 'built') return outcome.id;
  throw new DjdevError('DJ-BUILD', {
    message: `The image does not build: ${outcome.instruction} failed.`,
    hint: 'djdev build shows all of it.',
    output: outcome.output,
  });
}

async function startDjango(run: OpenedRun['run'], image: string): Promise<DjangoRunner> {
  const runner = await startDjangoRunner(run.context, {
    image,
    environment: run.environment,
    network: run.network,
    containerName: run.nameFor(runnerRole),
    ownership: run.ownership(runnerRole),
  });
  if (runner?.ready.django) return runner;
  throw new DjdevError('DJ-USAGE', {
    message: `The image has no ${runner ? 'Django' : 'Python'}, so there are no migrations to look at.`,
    hint: 'Name the stage of the application in djdev.yaml: app: { build: { target: … } }.',
  });
}
