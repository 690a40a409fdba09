import path from 'node:path';
import type { Dockerfile } from '../project/dockerfile.ts';
import { describeTarget, type DockerfileTarget } from '../project/dockerfile-target.ts';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import type { SourceFile } from '../project/project-sources.ts';
import { looksSecret } from '../project/secret-name.ts';
import { type Compose, type ComposeService, isMapping } from './choose-compose.ts';
import type { InitFacts } from './init-facts.ts';

/** The Dockerfile that production is built from, and how. Paths are relative to the root. */
export interface ChosenBuild {
  readonly dockerfile: string;
  readonly context: string;
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  /** What says so, for people. */
  readonly why: string;
  readonly parsed: Dockerfile;
  readonly stage: DockerfileTarget;
}

/** How a service of a Compose file is built, relative to the root. */
interface ComposeBuild {
  readonly service: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
}

const developmentName =
  /(?:^|[/._-])(?:local|dev|development|tests?|ci|docs|debug|e2e)(?:[/._-]|$)/iu;
const productionName = /(?:^|[/._-])(?:prod|production|deploy|release)(?:[/._-]|$)/iu;
const pythonTool = /\b(?:pip3?|uv|poetry|pipenv|manage\.py|gunicorn|uvicorn|daphne|uwsgi)\b/u;
const developmentStage = /dev|test|debug|lint|docs|ci$/iu;

/**
 * The project's own Dockerfile for production: what a Compose file builds the application from,
 * else the one whose place and name say so. One that is named after development is none.
 */
export function chooseBuild(
  facts: InitFacts,
  compose: Compose | undefined,
): ChosenBuild | undefined {
  const builds = compose === undefined ? [] : listBuilds(compose, facts.paths);
  const candidates = facts.dockerfiles
    .filter(({ path: file, text }) => pythonTool.test(text) && !developmentName.test(file))
    .map((file) => ({ file, build: builds.find(({ dockerfile }) => dockerfile === file.path) }))
    .toSorted((a, b) => rank(a.file, a.build, compose) - rank(b.file, b.build, compose));
  const [best] = candidates;
  if (best === undefined) return undefined;
  const parsed = tryParse(best.file, facts.root);
  if (parsed === undefined) return undefined;
  const context = best.build?.context ?? findContext(best.file, parsed, facts);
  const said = compose?.isDevelopment === true ? undefined : best.build?.target;
  const target = said ?? chooseTarget(parsed);
  const stage = describeTarget(parsed, target);
  if (stage === undefined) return undefined;
  return {
    dockerfile: best.file.path,
    context,
    target,
    args: compose?.isDevelopment === true ? {} : (best.build?.args ?? {}),
    why:
      best.build === undefined
        ? 'found'
        : `services.${best.build.service} in ${compose?.path ?? ''}`,
    parsed,
    stage,
  };
}

function rank(
  file: SourceFile,
  build: ComposeBuild | undefined,
  compose: Compose | undefined,
): number {
  const isProduction = productionName.test(file.path);
  const isBuilt = build !== undefined && compose?.isDevelopment === false;
  return (isBuilt ? 0 : 100) + (isProduction ? 0 : 10) + file.path.split('/').length;
}

function tryParse(file: SourceFile, root: string): Dockerfile | undefined {
  try {
    return parseDockerfile(file.text, path.join(root, file.path));
  } catch {
    return undefined;
  }
}

/** What every service with `build` is built from. */
export function listBuilds(
  { path: file, services }: Compose,
  paths: ReadonlySet<string>,
): readonly ComposeBuild[] {
  const directory = path.posix.dirname(file);
  return Object.entries(services).flatMap(([service, content]) => {
    const build = readBuild(content);
    if (build === undefined) return [];
    const context = path.posix.join(directory, build.context).replace(/\/$/u, '') || '.';
    const named = path.posix.join(context, build.dockerfile ?? 'Dockerfile');
    // Compose names it from the context, people at times from the file that says it.
    const beside = path.posix.join(directory, build.dockerfile ?? 'Dockerfile');
    const dockerfile = paths.has(named) ? named : beside;
    return [{ service, context, dockerfile, target: build.target, args: build.args }];
  });
}

function readBuild(service: ComposeService):
  | {
      context: string;
      dockerfile?: string;
      target: string | undefined;
      args: Record<string, string>;
    }
  | undefined {
  const { build } = service;
  if (typeof build === 'string') return { context: build, target: undefined, args: {} };
  if (!isMapping(build)) return undefined;
  const text = (key: string): string | undefined => {
    const value = build[key];
    return typeof value === 'string' ? value : undefined;
  };
  const dockerfile = text('dockerfile');
  return {
    context: text('context') ?? '.',
    ...(dockerfile === undefined ? {} : { dockerfile }),
    target: text('target'),
    args: readArguments(build['args']),
  };
}

function readArguments(args: unknown): Record<string, string> {
  const pairs = Array.isArray(args)
    ? args.map((line) => String(line).split(/=(.*)/su))
    : Object.entries(isMapping(args) ? args : {}).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(
    pairs.flatMap(([name = '', value]) =>
      value === undefined || value.includes('$') || looksSecret(name, value) ? [] : [[name, value]],
    ),
  );
}

/** The directory in which all that is copied is there: a Dockerfile may stand beside it or below. */
function findContext(file: SourceFile, parsed: Dockerfile, { paths, sources }: InitFacts): string {
  const own = path.posix.dirname(file.path);
  const code = sources.codeDirectory ?? '.';
  const holdsCode = (directory: string): boolean =>
    directory === '.' || code === directory || code.startsWith(`${directory}/`);
  const candidates = [...new Set([...(holdsCode(own) ? [own] : []), '.', code, own])];
  const copied = parsed.stages.flatMap(
    (_, index) => describeTarget(parsed, String(index))?.contextReads ?? [],
  );
  const wanted = copied
    .flatMap((read) => read.sources)
    .filter((source) => !/[*?[$]/u.test(source) && source !== '.');
  const missing = (directory: string): number =>
    wanted.filter((source) => !paths.has(path.posix.join(directory, source))).length;
  return candidates.toSorted((a, b) => missing(a) - missing(b))[0] ?? '.';
}

/** Absent: the last stage. One of development at the end hides the one that ships. */
function chooseTarget({ stages }: Dockerfile): string | undefined {
  const last = stages.at(-1);
  if (last?.name === undefined || !developmentStage.test(last.name)) return undefined;
  const shipped = stages.findLast(
    ({ name }) => name !== undefined && /prod|release|final|runtime|deploy|live/iu.test(name),
  );
  return (
    shipped?.name ??
    stages.findLast(({ name }) => name !== undefined && !developmentStage.test(name))?.name
  );
}
