import type { SourceLocation } from '../errors/djdev-error.ts';
import type { Dockerfile, DockerfileInstruction, DockerfileStage } from './dockerfile.ts';

/** What the Dockerfile says about one target; a base image may add what is `undefined` here. */
export interface DockerfileTarget {
  /** The stages the build of the target goes through, in the order of the file. */
  readonly stages: readonly DockerfileStage[];
  readonly command: DockerfileInstruction | undefined;
  readonly entrypoint: DockerfileInstruction | undefined;
  readonly user: DockerfileInstruction | undefined;
  readonly healthcheck: DockerfileInstruction | undefined;
  /** Container ports of EXPOSE that are numbers, in the order of the file. */
  readonly exposedPorts: readonly { readonly port: number; readonly location: SourceLocation }[];
  /** ENV of the target's own chain of stages: name → value as written. */
  readonly environment: Readonly<Record<string, string>>;
  /** Images outside this Dockerfile that the target is built from: FROM, COPY --from, mounts. */
  readonly images: readonly ImageUse[];
  /** Every place where the build reads the context. */
  readonly contextReads: readonly ContextRead[];
}

interface ImageUse {
  readonly image: string;
  readonly location: SourceLocation;
}

interface ContextRead {
  readonly keyword: 'COPY' | 'ADD' | 'RUN';
  /** Paths in the context, perhaps with wildcards and variables, relative, `.` for all of it. */
  readonly sources: readonly string[];
  readonly location: SourceLocation;
}

/**
 * The stage that `target` names (by name or number), or the last one; `undefined` when there is
 * no such stage.
 */
function findStage(
  dockerfile: Dockerfile,
  target: string | undefined,
): DockerfileStage | undefined {
  if (target === undefined) return dockerfile.stages.at(-1);
  return (
    dockerfile.stages.findLast((stage) => stage.name?.toLowerCase() === target.toLowerCase()) ??
    (/^\d+$/.test(target) ? dockerfile.stages[Number(target)] : undefined)
  );
}

/** What the Dockerfile says about `target`, or about its last stage. */
export function describeTarget(
  dockerfile: Dockerfile,
  target: string | undefined,
): DockerfileTarget | undefined {
  const stage = findStage(dockerfile, target);
  if (stage === undefined) return undefined;
  const chain = followBases(dockerfile, stage);
  const stages = collectStages(dockerfile, stage);
  const own = chain.flatMap((item) => item.instructions);
  const all = stages.flatMap((item) => item.instructions);
  const last = (keyword: string): DockerfileInstruction | undefined =>
    own.findLast((item) => item.keyword === keyword);
  return {
    stages,
    command: last('CMD'),
    entrypoint: last('ENTRYPOINT'),
    user: last('USER'),
    healthcheck: last('HEALTHCHECK'),
    exposedPorts: own.filter((item) => item.keyword === 'EXPOSE').flatMap(readPorts),
    environment: Object.fromEntries(own.filter((i) => i.keyword === 'ENV').flatMap(readPairs)),
    images: [
      ...stages
        .filter((item) => earlierStage(dockerfile, item.base, item) === undefined)
        .filter((item) => item.base !== 'scratch')
        .map((item) => ({ image: item.base, location: item.location })),
      ...stages.flatMap((item) => listImagesCopiedFrom(dockerfile, item)),
    ],
    contextReads: all.flatMap(readContext),
  };
}

/** The stage and those it is built on by FROM, the deepest first. */
function followBases(dockerfile: Dockerfile, stage: DockerfileStage): readonly DockerfileStage[] {
  const base = earlierStage(dockerfile, stage.base, stage);
  return base ? [...followBases(dockerfile, base), stage] : [stage];
}

function collectStages(dockerfile: Dockerfile, from: DockerfileStage): readonly DockerfileStage[] {
  const reached = new Set<DockerfileStage>();
  const visit = (stage: DockerfileStage): void => {
    if (reached.has(stage)) return;
    reached.add(stage);
    for (const name of [stage.base, ...namesCopiedFrom(stage).map((use) => use.image)]) {
      const next = earlierStage(dockerfile, name, stage);
      if (next) visit(next);
    }
  };
  visit(from);
  return dockerfile.stages.filter((stage) => reached.has(stage));
}

/** A name means a stage only when that stage stands above. */
function earlierStage(
  dockerfile: Dockerfile,
  name: string,
  stage: DockerfileStage,
): DockerfileStage | undefined {
  const above = { ...dockerfile, stages: dockerfile.stages.slice(0, stage.index) };
  return above.stages.length === 0 ? undefined : findStage(above, name);
}

function namesCopiedFrom(stage: DockerfileStage): readonly ImageUse[] {
  return stage.instructions.flatMap((instruction) =>
    instruction.flags.flatMap(({ name, value, location }) => {
      const image =
        name === 'from' ? value : name === 'mount' ? readMount(value)['from'] : undefined;
      return image === undefined ? [] : [{ image, location }];
    }),
  );
}

function listImagesCopiedFrom(dockerfile: Dockerfile, stage: DockerfileStage): readonly ImageUse[] {
  return namesCopiedFrom(stage).filter(
    ({ image }) => earlierStage(dockerfile, image, stage) === undefined,
  );
}

function readContext(instruction: DockerfileInstruction): readonly ContextRead[] {
  const { keyword, flags, words, hasHeredoc, location } = instruction;
  if (keyword === 'COPY' || keyword === 'ADD') {
    if (flags.some((flag) => flag.name === 'from')) return [];
    const sources = words
      .slice(0, -1)
      .filter((word) => !(hasHeredoc && word.startsWith('<<')))
      .filter((word) => keyword === 'COPY' || !/^(https?:\/\/|git@)/.test(word));
    return sources.length === 0 ? [] : [{ keyword, sources: sources.map(toRelative), location }];
  }
  if (keyword !== 'RUN') return [];
  return flags
    .filter((flag) => flag.name === 'mount')
    .map((flag) => readMount(flag.value))
    .filter((mount) => (mount['type'] ?? 'bind') === 'bind' && mount['from'] === undefined)
    .map((mount) => ({
      keyword: 'RUN',
      sources: [toRelative(mount['source'] ?? mount['src'] ?? '.')],
      location,
    }));
}

function readMount(value: string | undefined): Readonly<Record<string, string>> {
  const pairs = (value ?? '').split(',').map((option) => {
    const [name = '', ...rest] = option.split('=');
    return [name.trim().toLowerCase(), rest.join('=')] as const;
  });
  return Object.fromEntries(pairs);
}

function toRelative(source: string): string {
  return source.replace(/^(\.?\/)+/, '').replace(/\/+$/, '') || '.';
}

function readPorts({ words, location }: DockerfileInstruction): DockerfileTarget['exposedPorts'] {
  return words
    .map((word) => /^(\d+)(?:\/tcp)?$/i.exec(word)?.[1])
    .filter((port) => port !== undefined)
    .map((port) => ({ port: Number(port), location }));
}

/** `ENV A=b C="d e"` and the old `ENV A b`. */
function readPairs({ text }: DockerfileInstruction): readonly (readonly [string, string])[] {
  const old = /^(\w+)\s+(.+)$/s.exec(text);
  if (old?.[1] !== undefined && old[2] !== undefined && !/^\w+=/.test(text)) {
    return [[old[1], old[2].trim()]];
  }
  const pairs = text.matchAll(/(\w+)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)/gs);
  return [...pairs].map(([, name = '', value = '']) => [
    name,
    value.replace(/^(["'])(.*)\1$/s, '$2'),
  ]);
}
