import type { EventBody } from '../../../src/context/context.ts';
import { systemClock } from '../../../src/context/clock.ts';
import { type DjangoRunner, startDjangoRunner } from '../../../src/django/django-runner.ts';
import type { EnvironmentValues } from '../../../src/engine/engine.ts';
import type { Project } from '../../../src/project/project.ts';
import type { RehearsalRun } from '../../../src/rehearse/run.ts';
import type { Finding } from '../../../src/report/finding.ts';
import type { EngineTest } from '../../support/engine.ts';

/** A run of one test, and all that it has emitted. */
export interface RunTest {
  readonly run: RehearsalRun;
  readonly events: readonly EventBody[];
  /** Findings so far as `code level title`. */
  readonly findings: () => readonly Finding[];
}

/** A run with a network of its own, and without anything in it. */
export async function openRunTest(
  t: EngineTest,
  environment: EnvironmentValues = {},
  release: readonly (readonly string[])[] = [],
): Promise<RunTest> {
  const events: EventBody[] = [];
  const network = t.nameFor('network');
  const id = await t.engine.createNetwork(network, t.ownership('network'), t.signal);
  t.scope.defer(() => t.engine.removeNetwork(id, AbortSignal.timeout(30_000)));
  const context = {
    engine: t.engine,
    session: t.worktree,
    scope: t.scope.child(),
    signal: t.signal,
    emit: (event: EventBody) => void events.push(event),
    clock: systemClock,
  };
  const run: RehearsalRun = {
    project: projectOf(release),
    context,
    network,
    environment,
    ownership: t.ownership,
    nameFor: t.nameFor,
    keep: false,
    cacheDirectory: '/nowhere',
  };
  return {
    run,
    events,
    findings: () =>
      events.flatMap((event) => (event.type === 'finding-reported' ? [event.finding] : [])),
  };
}

/** A runner in `image`; fails when the image has no Python. */
export async function startTestRunner({ run }: RunTest, image: string): Promise<DjangoRunner> {
  const runner = await startDjangoRunner(run.context, {
    image,
    environment: run.environment,
    network: run.network,
    containerName: run.nameFor('runner'),
    ownership: run.ownership('runner'),
  });
  if (!runner) throw new Error(`${image} has no Python.`);
  return runner;
}

function projectOf(release: readonly (readonly string[])[]): Project {
  return {
    name: 'demo',
    id: 'demo-123456',
    root: '/project',
    manifests: [],
    build: {
      context: '/project',
      dockerfile: '/project/Dockerfile',
      target: undefined,
      args: {},
      secrets: {},
    },
    settings: { dev: undefined, prod: undefined },
    variables: [],
    processes: [{ name: 'web', command: undefined, port: 8000, health: undefined }],
    sync: { ignore: [], oneWay: [], map: [] },
    services: [],
    rehearse: {
      release,
      smoke: [],
      smokeTests: [],
      host: 'demo.example.com',
      budgets: { bootMs: undefined, imageBytes: undefined },
      graceMs: 10_000,
    },
    origins: {},
  };
}
