import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { DjdevError } from '../../../errors/djdev-error.ts';
import type { Dockerfile } from '../../../project/dockerfile.ts';
import { describeTarget, type DockerfileTarget } from '../../../project/dockerfile-target.ts';
import { type Dockerignore, readDockerignore } from '../../../project/dockerignore.ts';
import { parseDockerfile } from '../../../project/parse-dockerfile.ts';
import type { BuildDefinition } from '../../../project/project.ts';
import { readDockerfile } from '../../../project/read-dockerfile.ts';
import type { Engine } from '../../engine.ts';
import { type BuildOverlay, readOverlay } from '../overlay/overlay-build.ts';
import {
  type BuildInputs,
  describeInputs,
  fingerprintEntries,
  fingerprintText,
} from './describe-inputs.ts';
import { readFileHashes, writeFileHashes } from './file-hashes.ts';
import { hashFiles } from './hash-files.ts';
import { type ContextEntry, scanContext } from './scan-context.ts';
import { selectEntries } from './select-entries.ts';

/** A build's inputs and what was read to know them. */
export interface ReadInputs {
  readonly inputs: BuildInputs;
  /** All entries of the context that are not ignored. */
  readonly entries: readonly ContextEntry[];
  readonly ignore: Dockerignore;
  /** As the project has it, without the overlay. */
  readonly dockerfile: Dockerfile;
  readonly overlay: BuildOverlay | undefined;
}

/**
 * Reads everything the image depends on. Hashes of file contents are remembered in
 * `cacheDirectory`, so that an unchanged context costs one look at each file.
 * Throws `DJ-DOCKERFILE-NOT-FOUND`, `DJ-DOCKERFILE-SYNTAX`, `DJ-CONTEXT-UNREADABLE`, and
 * `DJ-MANIFEST-INVALID` when there is no such target.
 */
export async function readInputs(
  engine: Engine,
  definition: BuildDefinition,
  cacheDirectory: string,
  signal: AbortSignal,
): Promise<ReadInputs> {
  const { context, dockerfile } = definition;
  const [source, ignore, known] = await Promise.all([
    readDockerfile(dockerfile),
    readDockerignore(definition),
    readFileHashes(definition, cacheDirectory),
  ]);
  const overlay = await readOverlay(definition, source);
  const { text } = overlay ?? source;
  const args = { ...overlay?.args, ...definition.args };
  const target = findTarget({ ...source, text }, { ...definition, args });
  const [settings, entries] = await Promise.all([
    readSettings(engine, { ...definition, args }, { text, ignore, target }, signal),
    scanContext(context, ignore, signal).catch(throwUnreadable),
  ]);
  const sources = listSources(target);
  const reached = sources ? selectEntries(entries, sources) : entries;
  const hashed = await hashFiles(context, reached, known, signal).catch(throwUnreadable);
  if (hashed.isNews) await writeFileHashes(definition, cacheDirectory, hashed.known);
  return {
    inputs: describeInputs(settings, fingerprintEntries(reached, hashed.hashes)),
    entries,
    ignore,
    dockerfile: source,
    overlay,
  };
}

/** A file that this user may not read could not be sent to the builder either. */
function throwUnreadable(cause: unknown): never {
  if (!(cause instanceof Error && 'code' in cause && 'path' in cause)) throw cause;
  throw new DjdevError('DJ-CONTEXT-UNREADABLE', {
    message: `${String(cause.path)} belongs to the build context but cannot be read: ${String(cause.code)}.`,
    hint: 'Make it readable, or keep it out of the build with a line in .dockerignore.',
    location: { file: String(cause.path) },
    cause,
  });
}

function findTarget(source: Dockerfile, definition: BuildDefinition): DockerfileTarget {
  const filled = parseDockerfile(setGlobalArguments(source.text, definition.args), source.file);
  const target = describeTarget(filled, definition.target);
  if (target) return target;
  const names = filled.stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
  throw new DjdevError('DJ-MANIFEST-INVALID', {
    message: `app.build.target names the stage “${definition.target}”, which the Dockerfile does not have.`,
    hint:
      names.length === 0
        ? 'None of its stages has a name: remove app.build.target, or name a stage with “FROM … AS name”.'
        : `Its stages are: ${names.join(', ')}.`,
    location: { file: source.file },
  });
}

interface Declared {
  readonly text: string;
  readonly ignore: Dockerignore;
  readonly target: DockerfileTarget;
}

async function readSettings(
  engine: Engine,
  definition: BuildDefinition,
  { text, ignore, target }: Declared,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const { context, dockerfile, args, secrets } = definition;
  const nameOf = (file: string): string => relative(context, file).split(sep).join('/');
  const images = [...new Set(target.images.map((use) => use.image))];
  const bases = await Promise.all(
    images.map(async (image) => [`base image ${image}`, await identify(engine, image, signal)]),
  );
  return {
    [nameOf(dockerfile)]: fingerprintText(text),
    ...(ignore.file === undefined
      ? {}
      : { [nameOf(ignore.file)]: fingerprintText(await readFile(ignore.file)) }),
    target: definition.target ?? '',
    platform: `${engine.info.os}/${engine.info.architecture}`,
    // Ids only: BuildKit does not build again either when a secret's value changes.
    secrets: Object.keys(secrets).sort().join(' '),
    ...Object.fromEntries(
      Object.entries(args).map(([name, value]) => [
        `build argument ${name}`,
        fingerprintText(value),
      ]),
    ),
    ...Object.fromEntries(bases),
  };
}

/** Not on the engine: the builder keeps what it pulls to itself, so the image's name has to do. */
async function identify(engine: Engine, image: string, signal: AbortSignal): Promise<string> {
  try {
    return (await engine.inspectImage(image, signal))?.id ?? 'not on the engine';
  } catch (error) {
    // Not the name of an image, for example with a variable in it: the builder says so better.
    if (error instanceof DjdevError && error.code === 'DJ-ENGINE-REQUEST') return 'not a name';
    throw error;
  }
}

/** Patterns of all that COPY, ADD and bind mounts read; `undefined` when that cannot be told. */
function listSources(target: DockerfileTarget): readonly string[] | undefined {
  const sources = target.contextReads.flatMap((read) => read.sources);
  // A variable, a quoted or an escaped name: everything is taken to be read.
  return sources.some((source) => /[$"'\\]/.test(source)) ? undefined : sources;
}

/** ARG before the first FROM may name base images; `--build-arg` wins over the default there. */
function setGlobalArguments(text: string, args: Readonly<Record<string, string>>): string {
  const [head = '', ...stages] = text.split(/^(?=[ \t]*FROM[ \t])/im);
  const set = head.replace(
    /^([ \t]*ARG[ \t]+)(\w+)(?:=\S*)?[ \t]*$/gim,
    (line, arg, name: string) => (Object.hasOwn(args, name) ? `${arg}${name}=${args[name]}` : line),
  );
  return [set, ...stages].join('');
}
