import { isAbsolute, relative, sep } from 'node:path';
import type { Dockerfile } from '../project/dockerfile.ts';
import type { Dockerignore } from '../project/dockerignore.ts';
import type { BuildDefinition, SyncDefinition, SyncRule } from '../project/project.ts';
import { findSources, mayReach, placePath } from './place-paths.ts';
import { type PlacingStage, readPlacingStage } from './read-placing-stage.ts';
import type { PathFate, PathKind, SyncMap, SyncTarget } from './sync-map.ts';
import { readSyncRules } from './sync-rules.ts';

/** What the map needs of a build; the manifest may overrule the Dockerfile. */
export interface SyncPlanOptions {
  readonly build: Pick<BuildDefinition, 'context' | 'dockerfile' | 'target' | 'args'>;
  readonly sync?: Pick<SyncDefinition, 'ignore' | 'map'>;
  /** WORKDIR of the base image, where it is known. */
  readonly baseWorkingDirectory?: string;
}

const keptFates = 20_000;
const editorFile = /(^|\/)([^/]*\.sw[px]|[^/]*~|4913|[^/]*___jb_[^/]*|\.#[^/]*|\.djdev-[^/]*)$/;

/**
 * Which host path lands where in the container, and which one is part of the build. Pure: it reads
 * no file. Without the target stage everything is `not copied`.
 */
export function planSync(
  dockerfile: Dockerfile,
  dockerignore: Dockerignore,
  { build, sync = { ignore: [], map: [] }, baseWorkingDirectory }: SyncPlanOptions,
): SyncMap {
  const stage = findTarget(dockerfile, build.target);
  const placing: PlacingStage = stage
    ? readPlacingStage(dockerfile, stage, build.args, baseWorkingDirectory)
    : { steps: [] };
  const rules = readSyncRules(sync);
  const nameOf = (file: string): string => relative(build.context, file).split(sep).join('/');
  const file = isInside(nameOf(build.dockerfile)) ? nameOf(build.dockerfile) : build.dockerfile;
  const buildFiles = buildFilesOf(build).map(nameOf).filter(isInside);
  const ignoreFile = dockerignore.file === undefined ? '.dockerignore' : nameOf(dockerignore.file);

  const findFate = (path: string, kind: PathKind): PathFate => {
    if (buildFiles.includes(path)) return rebuild(`${path} says how to build`);
    if (editorFile.test(path)) return { type: 'ignored', by: 'a file of the editor' };
    if (rules.ignores(path)) return { type: 'ignored', by: 'sync.ignore' };
    const own = rules.find(path);
    if (own?.containerPath !== undefined) return syncTo(own.containerPath, own.rule);
    if (dockerignore.ignores(path)) {
      const line = dockerignore.ignoringLine(path);
      return { type: 'ignored', by: line === undefined ? ignoreFile : `${ignoreFile}:${line}` };
    }
    const { targets, needsBuild, shapesImage } = placePath(placing, path, kind, file);
    const last = targets.at(-1);
    if (own?.rule.action === 'rebuild' && kind === 'file') {
      return rebuild(nameRule(own.rule), last);
    }
    if (own?.rule.action === 'sync') {
      if (!last) return { type: 'ignored', by: `${nameRule(own.rule)}, which names no target` };
      return { type: 'sync', containerPath: last.containerPath, at: last.at, targets };
    }
    if (needsBuild !== undefined && kind === 'file') return rebuild(needsBuild, last);
    if (last) return { type: 'sync', containerPath: last.containerPath, at: last.at, targets };
    if (shapesImage !== undefined && kind === 'file') return rebuild(shapesImage);
    return { type: 'ignored', by: 'not copied' };
  };

  const isOwnPlace = (path: string, containerPath: string): boolean =>
    path !== '.' && rules.find(path)?.containerPath === containerPath;

  // A save is several events and looks, and a branch switch asks of thousands of paths.
  const fates = new Map<string, PathFate>();
  const fateOf = (path: string, kind: PathKind = 'file'): PathFate => {
    const key = `${kind} ${path}`;
    const known = fates.get(key);
    if (known) return known;
    const fate = findFate(path, kind);
    if (fates.size >= keptFates) fates.clear();
    fates.set(key, fate);
    return fate;
  };

  return {
    context: build.context,
    buildFiles,
    fateOf,
    prunes: (directory) =>
      !buildFiles.some((item) => item.startsWith(`${directory}/`)) &&
      (editorFile.test(directory) ||
        rules.prunes(directory) ||
        (!rules.mayReach(directory) &&
          (dockerignore.prunes(directory) || !mayReach(placing, directory)))),
    hostPathOf: (containerPath) =>
      rules.sourcesOf(containerPath).find((path) => isOwnPlace(path, containerPath)) ??
      findSources(placing, containerPath)
        .toSorted(byLikelihood)
        .find((path) => {
          if (path === '' || path.startsWith('..')) return false;
          return placePath(placing, path, 'file', file).targets.some(
            (target) => target.containerPath === containerPath,
          );
        }),
    roots: findRoots(placing, rules.targets),
  };
}

/** Absolute; a .dockerignore may come while nobody starts anew. */
export function buildFilesOf({
  context,
  dockerfile,
}: Pick<BuildDefinition, 'context' | 'dockerfile'>): readonly string[] {
  return [dockerfile, `${dockerfile}.dockerignore`, `${context}/.dockerignore`];
}

function findTarget(dockerfile: Dockerfile, target: string | undefined) {
  if (target === undefined) return dockerfile.stages.at(-1);
  return (
    dockerfile.stages.findLast((stage) => stage.name?.toLowerCase() === target.toLowerCase()) ??
    (/^\d+$/.test(target) ? dockerfile.stages[Number(target)] : undefined)
  );
}

/** Where files of the host may land; a COPY of files that only a RUN reads adds nothing harmful. */
function findRoots(placing: PlacingStage, own: readonly string[]): readonly string[] {
  const copied = placing.steps.flatMap((item) =>
    item.type === 'copy' && item.step.destination !== undefined ? [item.step.destination] : [],
  );
  const all = [...copied, ...own];
  const unique = [...new Set(all)].sort();
  return unique.filter(
    (path) =>
      !unique.some((other) => other !== path && (other === '/' || path.startsWith(`${other}/`))),
  );
}

function rebuild(reason: string, target?: SyncTarget): PathFate {
  return { type: 'rebuild', reason, containerPath: target?.containerPath };
}

function syncTo(containerPath: string, rule: SyncRule): PathFate {
  const at = nameRule(rule);
  const targets = [{ containerPath, at, owner: undefined, mode: undefined }];
  return { type: 'sync', containerPath, at, targets };
}

function nameRule({ origin }: SyncRule): string {
  return `sync.map at ${origin.text}`;
}

/** A part with an extension above others is hardly a directory: `manage.py/shop/models.py`. */
function byLikelihood(left: string, right: string): number {
  const rate = (path: string): number =>
    Number(/\.\w+\//.test(path)) * 1000 + path.split('/').length;
  return rate(left) - rate(right);
}

function isInside(relativePath: string): boolean {
  return relativePath !== '' && !relativePath.startsWith('..') && !isAbsolute(relativePath);
}
