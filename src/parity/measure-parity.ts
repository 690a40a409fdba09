import type { Context } from '../context/context.ts';
import type { EnvironmentValues, ImageFacts } from '../engine/engine.ts';
import { findEnvironmentReads } from '../project/find-environment-reads.ts';
import type { ProcessDefinition, Project } from '../project/project.ts';
import { openRun } from '../rehearse/open-run.ts';
import { webProcess } from '../stack/describe-process.ts';
import { findStackContainers } from '../stack/find-stack.ts';
import type { Stack } from '../stack/open-stack.ts';
import { planReloadOf } from '../up/live/reload-spec.ts';
import type { CompareInput } from './compare/compare-input.ts';
import { compareSides } from './compare-sides.ts';
import { readHostDigests } from './host-digests.ts';
import { identifyImage, measureContainer, measureImage } from './measure-side.ts';
import type { ParityPlace, ParityReport } from './parity-report.ts';
import { digestRounds, newSalt, type ProbeOptions } from './probe-program.ts';
import type { SideFacts } from './side-facts.ts';

/** What development is compared with. */
export type Production =
  | { readonly kind: 'tree' }
  | { readonly kind: 'image'; readonly image: ImageFacts; readonly name: string }
  | { readonly kind: 'file'; readonly facts: SideFacts; readonly name: string };

export interface ParityRequest {
  readonly project: Project;
  readonly stack: Stack;
  readonly production: Production;
  /** A djdev that runs keeps the containers equal to the tree. */
  readonly isLive: boolean;
  /** The image of the tree; asked for only where it is needed. */
  readonly imageOfTree: () => Promise<ImageFacts>;
}

const probeSeconds = 120;

/**
 * Measures both sides and compares them. What runs is left as it is; containers that are made for
 * asking are removed.
 */
export async function measureParity(
  context: Context,
  request: ParityRequest,
): Promise<ParityReport> {
  const { project, production, stack } = request;
  const { engine, signal } = context;
  const running = await findRunning(context, project);
  const needsTree = running === undefined || production.kind === 'tree';
  const tree = needsTree ? await request.imageOfTree() : undefined;
  const image = running === undefined ? tree : await engine.inspectImage(running.imageId, signal);
  const other = production.kind === 'image' ? production.image : tree;
  const options: ProbeOptions = {
    salt: production.kind === 'file' ? production.facts.salt : newSalt(),
    rounds: production.kind === 'file' ? production.facts.rounds : digestRounds,
    database: production.kind === 'file' && running !== undefined,
    timeoutSeconds: probeSeconds,
  };
  const [here, there, hostDigests, changedPaths, reads] = await Promise.all([
    running === undefined
      ? measureOneOff(
          context,
          request,
          tree,
          { name: 'here', environment: stack.environment },
          options,
        )
      : measureContainer(engine, running.id, options, signal),
    production.kind === 'file'
      ? production.facts
      : measureOneOff(
          context,
          request,
          other,
          { name: 'production', environment: productionEnvironment(project, context) },
          options,
        ),
    readHostDigests(project, signal),
    running === undefined ? [] : engine.listChangedPaths(running.id, signal),
    findEnvironmentReads(project.root),
  ]);
  const process = project.processes.find(({ name }) => name === (running?.role ?? webProcess));
  const added = image === undefined ? {} : addedVariables(stack, process, image);
  const input: CompareInput = {
    project,
    here: withImage(here, image),
    production: production.kind === 'file' ? there : withImage(there, other),
    running: running !== undefined,
    isLive: request.isLive,
    against: production.kind,
    added,
    hostDigests,
    changedPaths,
    readers: Object.fromEntries(reads.map(({ name, file, line }) => [name, `${file}:${line}`])),
    configuredCommand: {
      here: process?.command ?? image?.command ?? [],
      production: process?.command ?? other?.command ?? [],
      hasEntrypoint: [image, other].some((one) => (one?.entrypoint.length ?? 0) > 0),
    },
  };
  return {
    version: 1,
    project: project.name,
    here: {
      what: running?.name ?? 'nothing runs: the image of this tree with development’s environment',
      ...(image && { image: image.id }),
      running: running !== undefined,
      takenAt: here.takenAt,
    },
    production: describeProduction(production, other, there),
    ...compareSides(input),
  };
}

interface RunningProcess {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly imageId: string;
}

/** The container of the web process, or of another one. */
async function findRunning(
  { engine, signal }: Context,
  project: Project,
): Promise<RunningProcess | undefined> {
  const containers = await findStackContainers(engine, project.id, signal);
  const roles = [webProcess, ...project.processes.map(({ name }) => name)];
  const found = roles.map((role) => containers.get(role)).find((one) => one?.running === true);
  if (found === undefined) return undefined;
  return { id: found.id, name: found.name, role: found.ownership.role, imageId: found.imageId };
}

/** The application's environment in production, as the manifest has it. */
export function productionEnvironment(project: Project, context: Context): EnvironmentValues {
  return openRun(project, context, false).run.environment;
}

async function measureOneOff(
  context: Context,
  { project }: Pick<ParityRequest, 'project'>,
  image: ImageFacts | undefined,
  { name, environment }: { readonly name: string; readonly environment: EnvironmentValues },
  options: ProbeOptions,
): Promise<SideFacts> {
  const { run } = openRun(project, context, false);
  const spec = {
    name: run.nameFor(`parity-${name}`),
    image: image?.id ?? '',
    ownership: run.ownership('parity'),
    environment,
  };
  return await measureImage(context.engine, spec, options, context.signal);
}

function withImage(facts: SideFacts, image: ImageFacts | undefined): SideFacts {
  return image === undefined ? facts : { ...facts, image: identifyImage(image) };
}

const usual: Readonly<Record<string, string>> = {
  PYTHONDONTWRITEBYTECODE: 'djdev sets it, so that no bytecode outlives a synced edit',
  PYTHONUNBUFFERED: 'djdev sets it, so that lines are shown at once',
};

function addedVariables(
  stack: Stack,
  process: ProcessDefinition | undefined,
  image: ImageFacts,
): Readonly<Record<string, string>> {
  const declared = new Set(stack.project.variables.map(({ name }) => name));
  const own = Object.entries(usual).filter(
    ([name]) => !declared.has(name) && image.environment[name] === undefined,
  );
  const plan = process && planReloadOf(stack, process, image);
  const reload = Object.keys(plan?.environment ?? {}).map(
    (name) => [name, 'djdev reloads code with it'] as const,
  );
  return Object.fromEntries([...own, ...reload]);
}

function describeProduction(
  production: Production,
  image: ImageFacts | undefined,
  facts: SideFacts,
): ParityPlace {
  const { takenAt } = facts;
  if (production.kind === 'file') {
    const known = facts.image?.id;
    return { what: production.name, ...(known !== undefined && { image: known }), takenAt };
  }
  const whose =
    production.kind === 'image'
      ? `${production.name} with production’s environment of the manifest`
      : 'the image of this tree with production’s environment of the manifest';
  return { what: whose, ...(image && { image: image.id }), takenAt };
}
