import { rm } from 'node:fs/promises';
import { savedReportsDirectory } from '../../src/cli/report/saved-reports.ts';
import { loadProject } from '../../src/project/load-project.ts';
import type { Finding } from '../../src/report/finding.ts';
import type { Report } from '../../src/report/report.ts';
import { imageRepository } from '../../src/stack/image-repository.ts';
import { connectTestEngine } from './engine.ts';
import { buildKioskBase } from './kiosk-base.ts';
import { kioskDockerfile, kioskFiles } from './kiosk.ts';
import { normaliseScreen } from './normalise-screen.ts';
import {
  type DjdevResult,
  lastLine,
  runDjdev,
  type SpawnedDjdev,
  type SpawnOptions,
  startDjdev,
} from './spawn-djdev.ts';
import { leftoversOf, removeOfTest } from './sweep.ts';
import { type TemporaryProject, withProject } from './with-project.ts';

/** A project of a test's own. What it leaves on the engine goes when the test ends, images too. */
export interface Checkout extends TemporaryProject {
  /** `djdev rehearse --json` to its end. */
  rehearse(args?: readonly string[], env?: SpawnOptions['env']): Promise<Rehearsal>;
  /** Any djdev command to its end. */
  run(args: readonly string[], env?: SpawnOptions['env']): Promise<DjdevResult>;
  /** Any djdev command, running. */
  start(args: readonly string[], env?: SpawnOptions['env']): SpawnedDjdev;
  /** What is on the engine of this project: `container web`, `network network`. */
  listLeftovers(): Promise<readonly string[]>;
}

/** How a rehearsal ended, and what it said. */
export interface Rehearsal extends DjdevResult {
  readonly report: Report;
  /** `build failed`, for every step that was not skipped. */
  readonly outcomes: readonly string[];
  /** `fail build-failed`, for every finding that is not a pass. */
  readonly problems: readonly string[];
  /** What a person reads before the list of steps, without what differs from run to run. */
  readonly screen: string;
}

/** The kiosk with some files changed, `undefined` leaves one out. */
export async function openKiosk(
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Checkout> {
  const base = await buildKioskBase();
  const files = { ...kioskFiles, Dockerfile: kioskDockerfile(base), ...changes };
  const kept = Object.entries(files).filter(
    (file): file is [string, string] => file[1] !== undefined,
  );
  return await openCheckout(await withProject(Object.fromEntries(kept)));
}

/** A directory as a checkout; it goes with it. */
export async function openCheckout(project: TemporaryProject): Promise<Checkout> {
  const { root } = project;
  const run: Checkout['run'] = (args, env) => runDjdev(args, { cwd: root, ...(env && { env }) });
  return {
    ...project,
    run,
    start: (args, env) => startDjdev(args, { cwd: root, ...(env && { env }) }),
    rehearse: async (args = [], env) => read(await run(['rehearse', '--json', ...args], env), root),
    async listLeftovers() {
      await using engine = await connectTestEngine();
      const left = await leftoversOf(engine, await worktreeOf(root));
      return left.map(({ kind, ownership }) => `${kind} ${ownership.role}`).toSorted();
    },
    async [Symbol.asyncDispose]() {
      await removeTraces(await worktreeOf(root));
      await project[Symbol.asyncDispose]();
    },
  };
}

// A project that cannot be loaded has nothing on the engine either.
async function worktreeOf(root: string): Promise<string> {
  const project = await loadProject({ cwd: root, shell: {} }).catch(() => undefined);
  return project?.id ?? 'none';
}

async function removeTraces(worktree: string): Promise<void> {
  await rm(savedReportsDirectory(worktree, process.env), { recursive: true, force: true });
  await using engine = await connectTestEngine();
  await removeOfTest(engine, worktree);
  const signal = AbortSignal.timeout(60_000);
  for (const image of await engine.listImages(imageRepository({ id: worktree }), signal)) {
    await engine.removeImage(image, signal);
  }
}

function read(result: DjdevResult, root: string): Rehearsal {
  const report: Report = JSON.parse(lastLine(result.stdout));
  return {
    ...result,
    report,
    outcomes: report.steps
      .filter(({ outcome }) => outcome !== 'skipped')
      .map(({ id, outcome }) => `${id} ${outcome}`),
    problems: report.findings.filter(({ level }) => level !== 'pass').map(nameFinding),
    screen: normaliseScreen(reportPart(result.stderr, report), root),
  };
}

function nameFinding({ level, code }: Finding): string {
  return `${level} ${code}`;
}

/** Progress comes before the report, and steps side by side end in any order. */
function reportPart(stderr: string, { steps }: Report): string {
  if (steps.length === 0) return stderr;
  const text = stderr.slice(stderr.indexOf('\n\n') + 2);
  return text.slice(0, text.search(/\n\n\S preflight /u));
}
