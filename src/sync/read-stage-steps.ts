import { posix } from 'node:path';
import type { Dockerfile, DockerfileInstruction, DockerfileStage } from '../project/dockerfile.ts';

/** COPY or ADD, with paths resolved. */
export interface CopyStep {
  readonly type: 'copy';
  readonly keyword: string;
  readonly line: number;
  /** Relative patterns without slashes at their ends; `''` is the whole of it. */
  readonly sources: readonly string[];
  /** Absolute; `undefined` when it hangs on a variable that nothing here gives a value. */
  readonly destination: string | undefined;
  /** Whether a single file lands below `destination` and not at it. */
  readonly intoDirectory: boolean;
  readonly keepsParents: boolean;
  readonly excludes: readonly string[];
  /** The value of `--from`: a stage or an image. */
  readonly from: string | undefined;
  readonly owner: string | undefined;
  readonly mode: number | undefined;
}

/** RUN, with the paths of the context it mounts. */
export interface RunStep {
  readonly type: 'run';
  readonly line: number;
  readonly text: string;
  readonly mounts: readonly string[];
}

export type StageStep = CopyStep | RunStep;

interface StageState {
  workingDirectory: string;
  readonly variables: Map<string, string>;
  readonly directories: Set<string>;
}

/**
 * What COPY, ADD and RUN of one stage do, in order, paths resolved by WORKDIR, ENV and ARG. Stages
 * it is built on come first.
 */
export function readStageSteps(
  dockerfile: Dockerfile,
  stage: DockerfileStage,
  args: Readonly<Record<string, string>>,
  baseWorkingDirectory = '/',
): readonly StageStep[] {
  const state: StageState = {
    workingDirectory: baseWorkingDirectory,
    variables: new Map(),
    directories: new Set(['/']),
  };
  const chain = followBases(dockerfile, stage);
  return chain.flatMap((item) => {
    return item.instructions.flatMap((instruction) => readStep(instruction, state, args));
  });
}

/** The stage of that name or number above `below`. */
export function findStageAbove(
  dockerfile: Dockerfile,
  name: string,
  below: number,
): DockerfileStage | undefined {
  const above = dockerfile.stages.slice(0, below);
  return (
    above.findLast((stage) => stage.name?.toLowerCase() === name.toLowerCase()) ??
    (/^\d+$/.test(name) ? above[Number(name)] : undefined)
  );
}

function followBases(dockerfile: Dockerfile, stage: DockerfileStage): readonly DockerfileStage[] {
  const base = findStageAbove(dockerfile, stage.base, stage.index);
  return base ? [...followBases(dockerfile, base), stage] : [stage];
}

function readStep(
  instruction: DockerfileInstruction,
  state: StageState,
  args: Readonly<Record<string, string>>,
): readonly StageStep[] {
  const { keyword, words, text } = instruction;
  if (keyword === 'ARG') rememberArgument(words, state, args);
  if (keyword === 'ENV') rememberEnvironment(text, state);
  if (keyword === 'WORKDIR') {
    const directory = expand(unquote(text), state.variables) ?? '/';
    state.workingDirectory = posix.resolve(state.workingDirectory, directory);
    state.directories.add(state.workingDirectory);
  }
  if (keyword === 'COPY' || keyword === 'ADD') return [readCopy(instruction, state)];
  if (keyword !== 'RUN') return [];
  return [
    { type: 'run', line: instruction.location.line ?? 0, text, mounts: readMounts(instruction) },
  ];
}

function rememberArgument(
  words: readonly string[],
  { variables }: StageState,
  args: Readonly<Record<string, string>>,
): void {
  for (const word of words) {
    const [name = '', ...rest] = word.split('=');
    const given = Object.hasOwn(args, name) ? args[name] : undefined;
    const value =
      given ?? (rest.length === 0 ? undefined : expand(unquote(rest.join('=')), variables));
    if (value !== undefined) variables.set(name, value);
  }
}

function rememberEnvironment(text: string, { variables }: StageState): void {
  const pairs = /^\w+=/.test(text)
    ? [...text.matchAll(/(\w+)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)/gs)]
    : [...text.matchAll(/^(\w+)\s+(.+)$/gs)];
  for (const [, name = '', value = ''] of pairs) {
    const expanded = expand(unquote(value.trim()), variables);
    if (expanded !== undefined) variables.set(name, expanded);
  }
}

function readCopy(instruction: DockerfileInstruction, state: StageState): CopyStep {
  const { keyword, flags, words, hasHeredoc, location } = instruction;
  const flag = (name: string): string | undefined => {
    const value = flags.find((item) => item.name === name)?.value;
    return value === undefined ? undefined : expand(value, state.variables);
  };
  const written = words
    .slice(0, -1)
    .filter((word) => !(hasHeredoc && word.startsWith('<<')))
    .filter((word) => keyword === 'COPY' || !/^(https?:\/\/|git@)/.test(word));
  // A source that cannot be told may be anything.
  const sources = written.map((word) => cleanSource(expand(unquote(word), state.variables) ?? ''));
  const target = expand(unquote(words.at(-1) ?? ''), state.variables);
  const destination =
    target === undefined ? undefined : posix.resolve(state.workingDirectory, target);
  const intoDirectory =
    /(^|\/)\.{0,2}$/.test(target ?? '') ||
    sources.length > 1 ||
    state.directories.has(destination ?? '');
  if (destination !== undefined && intoDirectory) state.directories.add(destination);
  const mode = flag('chmod');
  return {
    type: 'copy',
    keyword,
    line: location.line ?? 0,
    sources,
    destination,
    intoDirectory,
    keepsParents: flags.some((item) => item.name === 'parents'),
    excludes: flags.flatMap((item) =>
      item.name === 'exclude' ? [cleanSource(item.value ?? '')] : [],
    ),
    from: flag('from'),
    owner: flag('chown'),
    mode: mode !== undefined && /^[0-7]+$/.test(mode) ? Number.parseInt(mode, 8) : undefined,
  };
}

function readMounts({ flags }: DockerfileInstruction): readonly string[] {
  return flags
    .filter((flag) => flag.name === 'mount')
    .map((flag) => new Map((flag.value ?? '').split(',').map(splitOption)))
    .filter((mount) => (mount.get('type') ?? 'bind') === 'bind' && !mount.has('from'))
    .map((mount) => cleanSource(mount.get('source') ?? mount.get('src') ?? '.'));
}

function splitOption(option: string): readonly [string, string] {
  const [name = '', ...rest] = option.split('=');
  return [name.trim().toLowerCase(), rest.join('=')];
}

function cleanSource(source: string): string {
  return posix.normalize(`/${source}`).replace(/^\/+|\/+$/g, '');
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, '$2');
}

/** `undefined` when a variable without a value and without a default is in it. */
function expand(text: string, variables: ReadonlyMap<string, string>): string | undefined {
  let isKnown = true;
  const expanded = text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?[^}]*\})/g,
    (_, plain: string | undefined, braced: string | undefined, fallback: string | undefined) => {
      const value = variables.get(plain ?? braced ?? '') ?? fallback;
      isKnown &&= value !== undefined;
      return value ?? '';
    },
  );
  return isKnown ? expanded : undefined;
}
