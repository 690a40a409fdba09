import type { PreviousDefinition, ProcessDefinition, Project } from '../project/project.ts';
import { variablesFor } from '../project/resolve-environment.ts';
import type { SmokeTest } from '../project/smoke.ts';
import { type StepId, stepIds } from '../report/step.ts';
import { imageRepository, previousRepository } from '../stack/image-repository.ts';
import { selectSteps, type StepSelection } from './schedule/select-steps.ts';
import { stepNeeds } from './schedule/step-needs.ts';

/** What the command line says about one rehearsal. */
export interface RehearsalFlags extends StepSelection {
  /** djdev's own version, for the report. */
  readonly version: string;
  /** Leave the booted environment running. */
  readonly keep: boolean;
  /** `--previous`; wins over the manifest. */
  readonly previous?: PreviousDefinition;
  /** What is done about `rehearse.data`: `none` begins with an empty database. */
  readonly data?: 'cached' | 'renewed' | 'none';
  /** Releases are made here: what nobody can build again is no detail. */
  readonly continuousIntegration?: boolean;
  /** Before a push: only what takes seconds. */
  readonly quick?: boolean;
  /** Build the image twice, and compare. */
  readonly reproduce?: boolean;
}

/** The data of production that the run is to work on. */
export interface PlannedData {
  /** For people: a path relative to the project, a command or the name of a variable. */
  readonly from: string;
  /** Restore it again, even if an earlier run has kept it. */
  readonly isRenewed: boolean;
}

/** A container the run would make. Values of the environment are never part of a plan. */
interface PlannedContainer {
  readonly role: string;
  readonly image: string;
  /** Absent: the image's own ENTRYPOINT and CMD. */
  readonly command?: readonly string[];
  /** Names of the variables it gets. */
  readonly environment: readonly string[];
}

export interface PlannedStep {
  readonly id: StepId;
  readonly needs: readonly StepId[];
  readonly after: readonly StepId[];
  /** Why the step will not run. */
  readonly leftOut?: string;
}

/** A request of the smoke step; of headers and form fields only the names. */
interface PlannedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly form?: readonly string[];
  /** A range as `300–399`. */
  readonly status: number | string;
  /** The user who is made for it. */
  readonly as?: string;
}

/** All that a rehearsal is going to do, as plain JSON: what `--plan` prints. */
export interface RehearsalPlan {
  /** Of this shape; a change that breaks readers raises it. */
  readonly version: 1;
  /** djdev's own version. */
  readonly djdev: string;
  readonly project: string;
  readonly build: {
    readonly context: string;
    readonly dockerfile: string;
    readonly target?: string;
    readonly args: readonly string[];
    readonly secrets: readonly string[];
    /** Of the image's tag. */
    readonly repository: string;
  };
  readonly containers: readonly PlannedContainer[];
  readonly steps: readonly PlannedStep[];
  /** The release that serves while the new one migrates. */
  readonly previous?: PreviousDefinition;
  /** Absent: the database is empty. */
  readonly data?: PlannedData;
  /** Commands run in the new image before it boots. */
  readonly release: readonly (readonly string[])[];
  readonly boot: {
    /** Name of the process that is booted. */
    readonly process: string;
    /** Container port; absent: what the image exposes, else 8000. */
    readonly port?: number;
    /** Host header of every request. */
    readonly host: string;
    /** Declared health URL; absent: the usual paths are tried in turn. */
    readonly health?: string;
    readonly deadlineMs: number;
    readonly budgetMs?: number;
  };
  /** Commands run in the booted application before the requests. */
  readonly setup?: readonly (readonly string[])[];
  readonly requests: readonly PlannedRequest[];
  readonly image: { readonly budgetBytes?: number; readonly reproduce?: true };
  readonly shutdown: { readonly graceMs: number };
  readonly keep: boolean;
  readonly continuousIntegration?: true;
}

/** How long a platform commonly waits for the first healthy answer. */
const usualBootDeadlineMs = 30_000;

/** With a budget, long enough to measure by how much a start is over it. */
const leastBootDeadlineMs = 10_000;

function bootDeadlineMs(budgetMs: number | undefined): number {
  if (budgetMs === undefined) return usualBootDeadlineMs;
  return Math.max(leastBootDeadlineMs, 2 * budgetMs);
}

/**
 * Decides everything about a rehearsal that can be decided without an engine.
 * Throws `DJ-USAGE` for a step that does not exist.
 */
export function planRehearsal(project: Project, flags: RehearsalFlags): RehearsalPlan {
  const web = webProcess(project);
  const { bootMs, imageBytes } = project.rehearse.budgets;
  const previous = flags.previous ?? project.rehearse.previous;
  const steps = planSteps(project, flags, previous);
  return {
    version: 1,
    djdev: flags.version,
    project: project.name,
    build: planBuild(project),
    containers: planContainers(project, web, steps, previous),
    steps,
    ...(previous === undefined ? {} : { previous }),
    ...planData(project, flags),
    release: project.rehearse.release,
    boot: {
      process: web.name,
      ...(web.port === undefined ? {} : { port: web.port }),
      host: project.rehearse.host,
      ...(web.health === undefined ? {} : { health: web.health }),
      deadlineMs: bootDeadlineMs(bootMs),
      ...(bootMs === undefined ? {} : { budgetMs: bootMs }),
    },
    ...(project.rehearse.setup === undefined ? {} : { setup: project.rehearse.setup }),
    requests: project.rehearse.smokeTests.flatMap(planRequests),
    image: {
      ...(imageBytes === undefined ? {} : { budgetBytes: imageBytes }),
      ...(flags.reproduce === true ? { reproduce: true } : {}),
    },
    shutdown: { graceMs: project.rehearse.graceMs },
    keep: flags.keep,
    ...(flags.continuousIntegration === true ? { continuousIntegration: true } : {}),
  };
}

function planRequests({ checks, user }: SmokeTest): readonly PlannedRequest[] {
  return checks.map(({ method, path, headers, form, expect }) => ({
    method,
    path,
    headers: Object.keys(headers),
    ...(form === undefined ? {} : { form: Object.keys(form) }),
    status: planStatus(expect.status),
    ...(user === undefined ? {} : { as: user.name }),
  }));
}

function planStatus(status: SmokeTest['checks'][number]['expect']['status']): number | string {
  if (status.kind === 'between') return `${status.min}–${status.max}`;
  return status.kind === 'equals' ? Number(status.value) : '';
}

/** The process that serves HTTP: the one called `web`, else the first with a port. */
export function webProcess(project: Project): ProcessDefinition {
  const { processes } = project;
  return (
    processes.find(({ name }) => name === 'web') ??
    processes.find(({ port }) => port !== undefined) ??
    processes[0] ?? { name: 'web', command: undefined, port: undefined, health: undefined }
  );
}

function planData(
  { rehearse, root }: Project,
  { data = 'cached' }: RehearsalFlags,
): Pick<RehearsalPlan, 'data'> {
  const source = rehearse.data?.source;
  if (source === undefined || data === 'none') return {};
  const from =
    source.kind === 'file'
      ? source.path.replace(`${root}/`, '')
      : source.kind === 'command'
        ? source.command.join(' ')
        : source.variable;
  return { data: { from, isRenewed: data === 'renewed' } };
}

function planBuild({ build, id }: Project): RehearsalPlan['build'] {
  return {
    context: build.context,
    dockerfile: build.dockerfile,
    ...(build.target === undefined ? {} : { target: build.target }),
    args: Object.keys(build.args),
    secrets: Object.keys(build.secrets),
    repository: imageRepository({ id }),
  };
}

function planContainers(
  project: Project,
  web: ProcessDefinition,
  steps: readonly PlannedStep[],
  previous: PreviousDefinition | undefined,
): readonly PlannedContainer[] {
  const isRun = (...ids: StepId[]): boolean =>
    steps.some(({ id, leftOut }) => ids.includes(id) && leftOut === undefined);
  const environment = [
    ...(project.settings.prod === undefined ? [] : ['DJANGO_SETTINGS_MODULE']),
    ...variablesFor(project, 'prod').map(({ name }) => name),
  ];
  const image = imageRepository(project);
  const command = web.command === undefined ? {} : { command: web.command };
  const services = project.services.filter(({ kind }) =>
    kind === 'postgres' ? isRun('database') : isRun('migrate', 'boot'),
  );
  const old = previous?.kind === 'image' ? previous.reference : previousRepository(project);
  return [
    ...services.map((service) => ({ role: service.name, image: service.image, environment: [] })),
    ...(isRun('previous')
      ? [
          { role: 'previous-runner', image: old, environment },
          { role: 'previous', image: old, ...command, environment },
        ]
      : []),
    ...(isRun('settings', 'migrate', 'static') ? [{ role: 'runner', image, environment }] : []),
    ...(isRun('boot') ? [{ role: web.name, image, ...command, environment }] : []),
  ];
}

/** The steps that need an old release. */
const previousSteps: readonly StepId[] = ['previous', 'rollout'];

/**
 * What `--quick` leaves to CI: reading every layer of a new image, load, outages and the old
 * release. What is left has found most failures within seconds.
 */
const slowSteps: readonly StepId[] = ['image', 'previous', 'rollout', 'recovery', 'shutdown'];

function planSteps(
  project: Project,
  flags: RehearsalFlags,
  previous: PreviousDefinition | undefined,
): readonly PlannedStep[] {
  const absent = new Map<StepId, string>();
  if (!project.services.some(({ kind }) => kind === 'postgres')) {
    absent.set('database', 'not needed: the project has no Postgres');
  }
  if (flags.keep) absent.set('shutdown', 'left out by --keep');
  if (flags.quick === true) {
    for (const id of slowSteps) if (!flags.only.includes(id)) absent.set(id, 'left out by --quick');
  }
  if (previous === undefined) {
    for (const id of previousSteps)
      absent.set(id, 'not needed: rehearse.previous names no release');
  }
  const leftOut = selectSteps(flags, absent);
  // Nobody who has never heard of them has to read why they are left out.
  const named = new Set([...flags.only, ...flags.skip]);
  const shown = stepIds.filter(
    (id) => previous !== undefined || named.has(id) || !previousSteps.includes(id),
  );
  return shown.map((id) => {
    const reason = leftOut.get(id);
    return { id, ...stepNeeds[id], ...(reason === undefined ? {} : { leftOut: reason }) };
  });
}
