import path from 'node:path';
import {
  completeExample,
  describeContract,
  readExampleNames,
} from '../project/environment-contract.ts';
import { decide, type Decisions } from './decide.ts';
import { describeFound, type InitFinding } from './describe-found.ts';
import { describeOpen } from './describe-open.ts';
import { renderHealthPatch } from './health-patch.ts';
import type { InitFacts } from './init-facts.ts';
import { planDockerfile, planDockerignore } from './plan-dockerfile.ts';
import { planManifest } from './plan-manifest.ts';
import { renderCiJob } from './render-ci-job.ts';
import { renderDockerfile } from './render-dockerfile.ts';
import { renderManifest } from './render-manifest.ts';

interface InitFile {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  /** One that is there stays as it is. */
  readonly exists: boolean;
}

/** All that `djdev init` would write, and what it thinks of the project. */
export interface InitPlan {
  readonly version: 1;
  readonly name: string;
  readonly found: readonly InitFinding[];
  readonly files: readonly InitFile[];
  /** What a person has to look at. */
  readonly open: readonly string[];
  /** Adds a health URL where there is none, for `git apply`; nothing applies it unasked. */
  readonly healthPatch: string | undefined;
}

/** Decides what to write from what is known; throws `DJ-USAGE` for a Compose file that is none. */
export function planInit(
  facts: InitFacts,
  { ci }: { readonly ci: boolean } = { ci: false },
): InitPlan {
  const decisions = decide(facts);
  const healthPatch = decisions.health ? undefined : renderHealthPatch(facts, decisions.settings);
  return {
    version: 1,
    name: facts.name,
    found: describeFound(facts, decisions),
    files: planFiles(facts, decisions, ci),
    open: describeOpen(facts, decisions, healthPatch),
    healthPatch,
  };
}

function planFiles(facts: InitFacts, decisions: Decisions, ci: boolean): readonly InitFile[] {
  const { build } = decisions;
  const { paths, reads } = facts;
  const example = completeExample('', describeContract([], reads, readExampleNames('')));
  const job = renderCiJob(paths);
  const texts: Readonly<Record<string, string | undefined>> = {
    'djdev.yaml': renderManifest(planManifest(facts, decisions)),
    Dockerfile: build ? undefined : renderDockerfile(planDockerfile(facts, decisions)),
    [path.posix.join(build?.context ?? '.', '.dockerignore')]: planDockerignore(build),
    '.env.example': hasExample(facts) ? undefined : example,
    ...(ci ? { [job.path]: job.text } : {}),
  };
  return Object.entries(texts).flatMap(([file, text]) =>
    text === undefined ? [] : [{ path: file, text, exists: isThere(file, paths) }],
  );
}

function isThere(file: string, paths: ReadonlySet<string>): boolean {
  return paths.has(file) || (file === 'djdev.yaml' && paths.has('djdev.yml'));
}

/** Projects name their examples in several ways. */
function hasExample({ paths, sources }: InitFacts): boolean {
  return !paths.has('.env.example') && (sources.envExamples.length > 0 || paths.has('.envs'));
}
