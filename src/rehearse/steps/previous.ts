import { copyDatabase } from '../../database/copy-database.ts';
import { type PostgresAddress, withPostgresSession } from '../../database/postgres-session.ts';
import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import { fillTables } from '../../database/synthetic/fill-tables.ts';
import { type DjangoRunner, startDjangoRunner } from '../../django/django-runner.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { SmokeRequest } from '../../project/project.ts';
import { onlyHealthVisited } from '../checks/old-release.ts';
import type { RehearsalPlan } from '../plan.ts';
import { findPreviousImage, type PreviousImage } from '../previous/find-previous-image.ts';
import {
  type CollectedFiles,
  collectPrevious,
  migratePrevious,
} from '../previous/migrate-previous.ts';
import { servePrevious, type ServingPrevious } from '../previous/serve-previous.ts';
import { Traffic } from '../previous/traffic.ts';
import { reportFindings } from '../report-findings.ts';
import { Phases } from '../rollout/phases.ts';
import { RollingProxy } from '../rollout/rolling-proxy.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/** The old release on its own schema, with users. */
export interface OpenedPrevious {
  readonly image: PreviousImage;
  readonly runner: DjangoRunner;
  readonly serving: ServingPrevious;
  readonly files: CollectedFiles | undefined;
  readonly traffic: Traffic;
  /** What the traffic goes through. */
  readonly proxy: RollingProxy;
  readonly phases: Phases;
  /** Goes on being visited until enough was seen of the new schema. */
  readonly serveOn: () => Promise<void>;
  /** Epoch milliseconds: what was answered before this is the baseline. */
  readonly baselineUntilMs: number;
  /** The smoke requests that it answered before anything was migrated. */
  readonly healthy: readonly SmokeRequest[];
  /** A copy of the database before anything was migrated; nobody is connected to it. */
  readonly before: PostgresAddress;
}

/** How long it is visited on the new schema: a failing endpoint is met several times. */
const afterwards = { minimumMs: 1000, times: 3, patienceMs: 35_000 };

/** How long the baseline takes, and how often every endpoint answers in it. */
const baseline = { minimumMs: 700, times: 3, patienceMs: 10_000 };

/**
 * Brings the old release up: its image, its own migrations unless the data is production's, its
 * production process, and traffic from the smoke requests that goes on while the new release
 * migrates. Throws `DJ-PREVIOUS-NOT-FOUND`, `DJ-PREVIOUS-BUILD` and `DJ-PREVIOUS-START`.
 */
export async function runPrevious(
  run: RehearsalRun,
  plan: RehearsalPlan,
  server: ScratchPostgres,
): Promise<StepResult<OpenedPrevious>> {
  const { context, project } = run;
  const { signal, clock, emit } = context;
  if (plan.previous === undefined) throw new Error('The step previous was planned without one.');
  const image = await findPreviousImage(run, plan.previous);
  const runner = await startPreviousRunner(run, image);
  if (server.data === undefined) {
    await migratePrevious(run, runner, plan.release, image.label);
    emit({ type: 'step-progressed', step: 'previous', text: 'made-up rows' });
    await withPostgresSession(server.address, signal, (query) => fillTables(query));
  }
  const files = await collectPrevious(run, runner, plan.release);
  const before = await copyDatabase(server.address, 'before', signal);
  emit({ type: 'step-progressed', step: 'previous', text: `${image.label} starts` });
  const role = 'previous';
  const serving = await servePrevious(run, plan, {
    role,
    image,
    environment: run.environment,
    files,
  });
  if ('failure' in serving) throw startFailed(image, serving.failure, serving.log);
  const { address } = serving;
  const { smoke } = project.rehearse;
  const requests = smoke.length > 0 ? smoke : [frontPage(plan)];
  if (smoke.length === 0) reportFindings(context, [onlyHealthVisited(image.label)]);
  const proxy = context.scope.use(await RollingProxy.open(address, signal));
  const { rps } = project.rehearse.rolling ?? {};
  const visits = { address: proxy.address, host: plan.boot.host, requests, rps };
  const traffic = new Traffic(visits, clock, signal);
  context.scope.defer(async () => void (await traffic.stop()));
  const answers = await traffic.warm();
  const healthy = requests.filter((_, index) => (answers[index]?.response?.status ?? 500) < 500);
  const phases = new Phases(clock);
  phases.enter('before');
  traffic.start();
  await traffic.answered(baseline);
  const count = requests.length === 1 ? '1 endpoint' : `${requests.length} endpoints`;
  return {
    summary: `${image.label} serves ${count}${image.isKnown ? '' : ', built'}`,
    value: {
      image,
      runner,
      serving,
      files,
      traffic,
      proxy,
      phases,
      serveOn: () => traffic.answered(afterwards),
      healthy,
      baselineUntilMs: clock.now(),
      before,
    },
  };
}

async function startPreviousRunner(run: RehearsalRun, image: PreviousImage): Promise<DjangoRunner> {
  const runner = await startDjangoRunner(run.context, {
    image: image.facts.id,
    environment: run.environment,
    network: run.network,
    containerName: run.nameFor('previous-runner'),
    ownership: { ...run.ownership('previous-runner'), persistent: false },
  });
  if (runner?.ready.django) return runner;
  throw new DjdevError('DJ-PREVIOUS-START', {
    message: `The previous release ${image.label} has no ${runner ? 'Django' : 'Python'} in its image.`,
    hint: 'Name the image of the application in rehearse.previous, not that of a proxy or a front end.',
  });
}

function startFailed(
  { label }: PreviousImage,
  failure: string,
  output: readonly string[],
): DjdevError {
  return new DjdevError('DJ-PREVIOUS-START', {
    message: `The previous release ${label} ${failure}.`,
    hint: 'It gets the variables and services that the manifest names today: add what it still needs.',
    output,
  });
}

/** Without smoke requests the health URL is all that is known. */
function frontPage(plan: RehearsalPlan): SmokeRequest {
  return {
    method: 'GET',
    path: plan.boot.health ?? '/',
    headers: {},
    form: undefined,
    json: undefined,
    expect: { status: 200, contains: [], absent: [], headers: {} },
    location: undefined,
  };
}
