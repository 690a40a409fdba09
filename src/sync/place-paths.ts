import { posix } from 'node:path';
import { matchCopy, matchPrefix } from './match-copy.ts';
import type { PlacingStage } from './read-placing-stage.ts';
import { dependsOn, makesSomething } from './run-dependence.ts';
import type { PathKind, SyncTarget } from './sync-map.ts';

/** What the Dockerfile does with one host path, up to the end of a stage. */
export interface Placement {
  readonly targets: readonly SyncTarget[];
  /** Why a change needs a build, however the file itself travels. */
  readonly needsBuild: string | undefined;
  /** Why a change needs a build where the file itself does not reach the image. */
  readonly shapesImage: string | undefined;
}

/** Follows one host path through a stage. `file` is the Dockerfile's name, for reasons. */
export function placePath(
  stage: PlacingStage,
  path: string,
  kind: PathKind,
  file: string,
): Placement {
  const targets: SyncTarget[] = [];
  const present: { readonly narrow: boolean; readonly line: number; readonly keyword: string }[] =
    [];
  let needsBuild: string | undefined;
  let shapesImage: string | undefined;
  for (const item of stage.steps) {
    if (item.type === 'run') {
      const { step } = item;
      const because = (at: string): string =>
        `${at}, which the RUN in line ${step.line} depends on`;
      if (item.mounts.some((mount) => matchPrefix(mount, path) !== undefined)) {
        needsBuild ??= `bind mount of the RUN at ${file}:${step.line}`;
      }
      for (const copy of present) {
        const at = `${copy.keyword} at ${file}:${copy.line}`;
        if (dependsOn(step, path, copy.narrow)) needsBuild ??= because(at);
        else if (makesSomething(step)) shapesImage ??= because(at);
      }
      continue;
    }
    const before = item.from && placePath(item.from, path, kind, file);
    needsBuild ??= before?.needsBuild;
    shapesImage ??= before?.shapesImage;
    const found = before
      ? before.targets.map((target) => matchCopy(item, target.containerPath.slice(1), kind))
      : [matchCopy(item, path, kind)];
    for (const [index, match] of found.entries()) {
      if (!match) continue;
      const { step } = item;
      const at = `${step.keyword} at ${file}:${step.line}`;
      if (match === 'unknown') needsBuild ??= `${at}, whose destination depends on a variable`;
      else if (step.keyword === 'ADD' && /\.(tar|tgz|tar\.\w+)$/.test(path)) {
        needsBuild ??= `${at}, which unpacks it`;
      } else {
        present.push({ narrow: match.isNarrow, line: step.line, keyword: step.keyword });
        const from = before?.targets[index];
        targets.push({
          containerPath: match.containerPath,
          at,
          owner: step.owner ?? undefined,
          mode: step.mode ?? from?.mode,
        });
      }
    }
  }
  return { targets: lastPerPath(targets), needsBuild, shapesImage };
}

/** Directories that some COPY of the stage reads, for the paths at and below which nothing is read. */
export function mayReach(stage: PlacingStage, directory: string): boolean {
  return stage.steps.some((item) => {
    if (item.type === 'run') return item.reach.some((parts) => touches(parts, directory));
    if (item.from) return mayReach(item.from, directory);
    return item.reach.some((parts) => touches(parts, directory));
  });
}

/** Host paths that may land at a container path, most likely first. */
export function findSources(stage: PlacingStage, containerPath: string): readonly string[] {
  return stage.steps.toReversed().flatMap((item) => {
    if (item.type !== 'copy' || item.step.destination === undefined) return [];
    const { destination, sources } = item.step;
    const rest = below(destination, containerPath);
    if (rest === undefined) return [];
    const candidates = sources.flatMap((source) => {
      if (item.step.keepsParents) return [rest];
      const name = posix.basename(source);
      return rest === ''
        ? [source]
        : [
            posix.join(source, rest),
            ...(rest === name ? [source] : []),
            posix.join(posix.dirname(source), rest),
          ];
    });
    return item.from
      ? candidates.flatMap((candidate) =>
          item.from ? findSources(item.from, `/${candidate}`) : [],
        )
      : candidates;
  });
}

/** Whether something at, below or above the directory may fit. */
function touches(parts: readonly RegExp[], directory: string): boolean {
  return directory.split('/').every((name, index) => parts[index]?.test(name) ?? true);
}

function below(directory: string, path: string): string | undefined {
  if (path === directory) return '';
  const prefix = directory === '/' ? '/' : `${directory}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

function lastPerPath(targets: readonly SyncTarget[]): readonly SyncTarget[] {
  return [...new Map(targets.map((target) => [target.containerPath, target])).values()];
}
