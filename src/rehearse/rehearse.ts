import type { Context } from '../context/context.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { Project } from '../project/project.ts';
import { toErrorReport } from '../report/error-report.ts';
import type { StepId } from '../report/step.ts';
import { endKeptRun } from './keep.ts';
import { judgeFinding, type Policy } from './policy/judge-finding.ts';
import { type OpenedRun, openRun } from './open-run.ts';
import type { RehearsalPlan } from './plan.ts';
import {
  beginEarlyWork,
  openNetwork,
  startEarly,
  startRunner,
  startServices,
  within,
  withRunner,
} from './resources.ts';
import { openScopes } from './run-scopes.ts';
import { watchFirstAnswers } from './lifecycle/watch-first-answers.ts';
import { createQuiet } from './schedule/quiet.ts';
import { createSchedule, type Schedule, type ScheduledStep } from './schedule/schedule.ts';
import { watchFindings } from './schedule/watch-findings.ts';
import { watchMigrations } from './schedule/watch-migrations.ts';
import { runBoot } from './steps/boot.ts';
import { runBuild } from './steps/build.ts';
import { runDatabase } from './steps/database.ts';
import { runHttp } from './steps/http.ts';
import { runImage } from './steps/image.ts';
import { runMigrate } from './steps/migrate.ts';
import { migrateWithinBudget } from './steps/migrate-within-budget.ts';
import { runPreflight } from './steps/preflight.ts';
import { runPrevious } from './steps/previous.ts';
import { runRecovery } from './steps/recovery.ts';
import { runRollout } from './steps/rollout.ts';
import { runSettings } from './steps/settings.ts';
import { runShutdown } from './steps/shutdown.ts';
import { runSmoke } from './steps/smoke.ts';
import { runStatic } from './steps/static.ts';

/**
 * Rehearses one deployment and emits all of it, from `run-started` to `run-ended`; by then
 * everything it made is gone again, unless the plan says to keep it. Findings and `DjdevError`s are
 * events; only a bug of djdev, and what keeps a run from being opened, is thrown. Every finding has
 * the level that `policy` gives it.
 */
export async function rehearse(
  project: Project,
  plan: RehearsalPlan,
  context: Context,
  policy: Policy,
): Promise<void> {
  const startedMs = context.clock.monotonicMs();
  const scope = context.scope.child();
  const findings = watchFindings(context.emit, (finding) => judgeFinding(finding, policy));
  const observed = watchMigrations(findings.emit);
  const answers = watchFirstAnswers(observed.emit);
  const opened = openRun(
    withPrevious(project, plan),
    { ...context, scope, emit: answers.emit },
    plan.keep,
  );
  context.emit({
    type: 'run-started',
    command: 'rehearse',
    project: project.name,
    session: context.session,
    version: plan.djdev,
    steps: plan.steps.map(({ id }) => id),
  });
  // What a killed run left behind is in nobody's way: it is removed beside the work.
  const swept = startEarly(() => context.engine.sweep(context.signal));
  const schedule = createSchedule(opened.run.context, plan.steps, findings.worstLevel);
  await runSteps(schedule, opened, plan, { ...observed, ...answers });
  // What cannot be removed is told by the owner of the outer scope.
  await scope[Symbol.asyncDispose]().catch(() => undefined);
  await swept.catch(() => undefined);
  if (plan.keep) await endKeptRun(opened.run, plan);
  endRun(context, schedule, Math.round(context.clock.monotonicMs() - startedMs));
}

/** The order of a rehearsal. What does not wait for each other here runs side by side. */
async function runSteps(
  { step }: Schedule,
  { run, postgres, services, environmentOn }: OpenedRun,
  plan: RehearsalPlan,
  {
    latest: latestMigrations,
    firstMs,
  }: Pick<ReturnType<typeof watchMigrations>, 'latest'> &
    Pick<ReturnType<typeof watchFirstAnswers>, 'firstMs'>,
): Promise<void> {
  const scopes = openScopes(run.context.scope);
  const early = beginEarlyWork(run);
  const isPlanned = (...ids: StepId[]): boolean =>
    plan.steps.some(({ id, leftOut }) => ids.includes(id) && leftOut === undefined);

  const needsNetwork = isPlanned('database', 'settings', 'migrate', 'static', 'boot');
  const network = startEarly(async () => {
    if (needsNetwork) await openNetwork(within(early.run, scopes.network));
  });

  const preflight = step('preflight', { needs: [] }, () => runPreflight(run, plan));
  const build = step('build', { needs: [], after: [preflight] }, () => runBuild(run, plan));
  const quiet = createQuiet();
  const image = step('image', { needs: [build] }, (built) => runImage(run, plan, built, quiet));

  const database = step('database', { needs: [], after: [preflight] }, async () => {
    await network;
    if (postgres === undefined) throw new Error('The step database was planned without Postgres.');
    return runDatabase(within(run, scopes.database), postgres, plan.data);
  });
  const beside = startEarly(async () => {
    await network;
    return isPlanned('previous', 'migrate', 'boot')
      ? await startServices(within(early.run, scopes.services), services)
      : [];
  });

  const runner = startEarly(async () =>
    isPlanned('settings', 'migrate', 'static')
      ? startRunner(within(early.run, scopes.runner), build, network)
      : undefined,
  );
  const settings = step('settings', { needs: [build] }, (built) =>
    withRunner(run, 'settings', runner, (django) => runSettings(run, django, built.facts)),
  );
  const isNamed = plan.steps.some(({ id }) => id === 'previous');
  const previous = isNamed
    ? step('previous', { needs: [database] }, async (server) => {
        await beside;
        return runPrevious(within(run, scopes.previous), plan, server);
      })
    : undefined;
  const waits = {
    needs: [build, database],
    after: [settings],
    awaits: listStep(previous),
  } as const;
  const migrate = step('migrate', waits, (_, server) =>
    withRunner(run, 'migrate', runner, async (django) => {
      // Release commands may use any of the services.
      await beside;
      const old = (await previous?.settled)?.value;
      return await quiet.during(async () => {
        old?.phases.enter('release');
        const result = await migrateWithinBudget(run, server, (limited) =>
          runMigrate(limited, django, server, plan.release),
        );
        if (result.value !== undefined) old?.phases.enter('boot');
        await old?.serveOn();
        return result;
      });
    }),
  );
  const files = step('static', { needs: [build, settings] }, (built, facts) =>
    withRunner(run, 'static', runner, (django) => runStatic(run, django, facts, built.facts)),
  );

  const boot = step('boot', { needs: [build], after: [migrate, files] }, async (built) => {
    await Promise.all([network, beside]);
    const collected = (await files.settled).value;
    const starting = { image: built, static: collected };
    return quiet.during(() => runBoot(within(run, scopes.application), plan, starting));
  });
  // The new release first takes over under load; then it is looked at by itself.
  const played = Promise.withResolvers<void>();
  const takeover = isNamed ? [{ settled: played.promise }] : [];
  const smoke = step('smoke', { needs: [boot], awaits: takeover }, async (app) =>
    runSmoke(run, plan, app, (await database.settled).value),
  );
  const rollout =
    previous &&
    step(
      'rollout',
      { needs: [build, previous], after: [settings], awaits: [migrate, boot] },
      (_, old) =>
        withRunner(run, 'rollout', runner, async (django) => {
          const { value: migrated } = await migrate.settled;
          const { value: application, leftOut: isUnbooted } = await boot.settled;
          const applied = migrated?.applied;
          const rolling = { previous: old, runner: django, applied, environmentOn };
          return runRollout(within(run, scopes.previous), plan, {
            ...rolling,
            application,
            isUnbooted,
            observed: latestMigrations(),
            play: async (work) => {
              const result = await quiet.during(work);
              played.resolve();
              return result;
            },
          });
        }),
    );
  void rollout?.settled.then(() => played.resolve());
  const http = step('http', { needs: [boot], after: [smoke] }, async (app) =>
    runHttp(run, plan, app, (await settings.settled).value),
  );
  const recovery = step(
    'recovery',
    { needs: [boot, database], after: [smoke], awaits: [http, ...listStep(rollout)] },
    async (application, server) => {
      const { value: image } = await build.settled;
      if (image === undefined) throw new Error('The step recovery runs without an image.');
      const seed = (await files.settled).value?.seed;
      const asked = { runner: await runner, firstMs, environmentOn };
      const taken = { application, server, image, seed, services: run.keep ? [] : await beside };
      return runRecovery(within(run, scopes.application), plan, { ...taken, ...asked });
    },
  );
  const shutdown = step(
    'shutdown',
    { needs: [boot], awaits: [smoke, http, recovery] },
    async (app) => runShutdown(run, plan, app, (await database.settled).value),
  );

  // Nobody asks the runner any more. Steps that were left out have settled long ago.
  const asking = [settings, migrate, files, boot, recovery, ...listStep(rollout)];
  await Promise.all(asking.map(({ settled }) => settled));
  void startEarly(() => scopes.runner[Symbol.asyncDispose]());
  const others = [
    preflight,
    build,
    image,
    database,
    ...listStep(previous),
    smoke,
    http,
    recovery,
    shutdown,
  ];
  await Promise.all(others.map(({ settled }) => settled));
  await early.end([network, beside, runner]);
}

/** The old release of the command line in place of the manifest's. */
function withPrevious(project: Project, { previous }: RehearsalPlan): Project {
  if (previous === undefined) return project;
  return { ...project, rehearse: { ...project.rehearse, previous } };
}

function listStep<T>(step: ScheduledStep<T> | undefined): readonly ScheduledStep<T>[] {
  return step === undefined ? [] : [step];
}

/** Says how the run ended. A bug is thrown: what it says is for us, not for the report. */
function endRun({ emit, signal }: Context, { errors }: Schedule, ms: number): void {
  const reason: unknown = signal.reason;
  const failure = signal.aborted && reason instanceof DjdevError ? reason : errors[0];
  if (signal.aborted && !(reason instanceof DjdevError)) {
    emit({ type: 'run-ended', ms, reason: 'interrupted' });
  } else if (failure === undefined) {
    emit({ type: 'run-ended', ms, reason: 'completed' });
  } else if (failure instanceof DjdevError) {
    emit({ type: 'run-ended', ms, reason: 'error', error: toErrorReport(failure) });
  } else {
    throw failure;
  }
}
