import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { DjdevError, type SourceLocation } from '../../../errors/djdev-error.ts';
import type { Dockerignore } from '../../../project/dockerignore.ts';
import type { Dockerfile, DockerfileInstruction } from '../../../project/dockerfile.ts';
import type { BuildDefinition } from '../../../project/project.ts';
import type { BuildOutcome } from '../build-request.ts';
import type { BuilderAnswer } from '../builder.ts';
import type { FailedStep } from '../progress/track-build.ts';
import { explainRefusedDockerfile } from './explain-refused-dockerfile.ts';
import { hintForCommand } from './failure-hints.ts';
import { hintForMissingFile } from './hint-missing-file.ts';
import { explainImageFailure } from './explain-image-failure.ts';
import { locateStep } from './locate-step.ts';
import { parseStepName } from './step-name.ts';

/** What a failure is explained with. */
export interface FailureSurroundings {
  readonly definition: BuildDefinition;
  readonly dockerfile: Dockerfile;
  readonly ignore: Dockerignore;
  /** For example `20.10.24`. */
  readonly engineVersion: string;
}

export type FailedBuild = Omit<Extract<BuildOutcome, { type: 'failed' }>, 'ms'>;

const shownLines = 30;

/**
 * Turns the builder's answer into a result about the project. Throws where the project is not to
 * blame or nothing was built at all: `DJ-DISK-FULL`, `DJ-ENGINE-LOST`, `DJ-ENGINE-TOO-OLD`,
 * `DJ-IMAGE-NOT-FOUND` (no registry answers), `DJ-DOCKERFILE-SYNTAX`, `DJ-ENGINE-REQUEST`.
 */
export async function explainFailure(
  answer: Extract<BuilderAnswer, { type: 'failed' }>,
  surroundings: FailureSurroundings,
): Promise<FailedBuild> {
  const message = cleanMessage(answer.message);
  if (!answer.step) throw explainRefusedDockerfile(message, surroundings);
  const { dockerfile } = surroundings;
  const instruction = locateStep(dockerfile, answer.step.name);
  const location = instruction?.location;
  const output = answer.step.output.slice(-shownLines);
  throwIfDiskIsFull(answer.step, message, location, output);
  throwIfNetworkIsBroken(answer.step, location);
  const failed = { type: 'failed', instruction: answer.step.name, location, output } as const;
  const image = explainImageFailure(answer.step, dockerfile, location);
  if (image) return { ...failed, ...image };
  const step = parseStepName(answer.step.name);
  if (step?.keyword === 'RUN') return { ...failed, ...explainCommand(answer.step, output) };
  if (step) return { ...failed, ...(await explainCopy(answer.step, instruction, surroundings)) };
  if (answer.step.name.startsWith('[internal]')) {
    return {
      ...failed,
      message: cleanMessage(answer.step.error),
      hint: 'The builder could not read what it needs. Make the file readable, or keep it out of the build with .dockerignore.',
    };
  }
  throw new DjdevError('DJ-ENGINE-REQUEST', {
    message: `The Docker engine could not finish the image (${answer.step.name}): ${cleanMessage(answer.step.error)}`,
    output,
  });
}

function explainCommand(
  step: FailedStep,
  output: readonly string[],
): Pick<FailedBuild, 'message' | 'hint'> {
  const secret = /secret (\S+)[: ]+not found/.exec(step.error)?.[1];
  if (secret !== undefined) {
    return {
      message: `The build secret ${secret} is not given.`,
      hint: `Add ${secret} to app.build.secrets in djdev.yaml.`,
    };
  }
  const exitCode = /exit code: (\d+)/.exec(step.error)?.[1];
  return {
    message:
      exitCode === undefined
        ? cleanMessage(step.error)
        : `The command ended with exit code ${exitCode}.`,
    hint: hintForCommand({
      instruction: step.name,
      output: output.join('\n'),
      exitCode: exitCode === undefined ? undefined : Number(exitCode),
    }),
  };
}

async function explainCopy(
  step: FailedStep,
  instruction: DockerfileInstruction | undefined,
  { definition, ignore }: FailureSurroundings,
): Promise<Pick<FailedBuild, 'message' | 'hint'>> {
  const named = /"\/([^"]*)"(?: not found|: not found)/.exec(step.error)?.[1];
  const from = /--from=(\S+)/.exec(step.name)?.[1];
  if (from !== undefined) {
    const path = named ?? /\/merged\/(\S+?):/.exec(step.error)?.[1];
    return {
      message: path === undefined ? cleanMessage(step.error) : `There is no /${path} in ${from}.`,
      hint: `Check the path, and that ${from} really has it at the end of its own build.`,
    };
  }
  // Where the directory is missing too, older builders name a mount of their own instead.
  const isMissing = /not found|no such file/.test(step.error);
  const missing =
    named ?? (isMissing ? findMissingSource(instruction, definition, ignore) : undefined);
  return missing === undefined
    ? { message: cleanMessage(step.error), hint: 'Check the sources and the destination.' }
    : {
        message: `The build context has no ${missing}.`,
        hint: await hintForMissingFile(definition.context, missing, ignore),
      };
}

function findMissingSource(
  instruction: DockerfileInstruction | undefined,
  { context }: BuildDefinition,
  ignore: Dockerignore,
): string | undefined {
  const sources = (instruction?.words ?? []).slice(0, -1);
  return sources
    .map((source) => posix.normalize(`/${source}`).slice(1))
    .find((path) => !existsSync(join(context, path)) || ignore.ignores(path));
}

/** A full disk is the machine's state; also when it is a command of the project that hits it. */
function throwIfDiskIsFull(
  step: FailedStep,
  message: string,
  location: SourceLocation | undefined,
  output: readonly string[],
): void {
  const said = [step.error, message, ...output].join('\n');
  if (!/no space left on device|\bENOSPC\b|disk quota exceeded/i.test(said)) return;
  throw new DjdevError('DJ-DISK-FULL', {
    message: `The Docker engine has no disk space left: the build stopped at “${step.name}”.`,
    hint: 'See what takes the space with `docker system df`, free some (for example with `docker builder prune`), and try again.',
    ...(location ? { location } : {}),
    output,
  });
}

/** The command was never run: the engine could not give its container a network. */
function throwIfNetworkIsBroken(step: FailedStep, location: SourceLocation | undefined): void {
  // Behind the command, which may hold any words; one that ran has an exit code at the end.
  const said = /\]: ((?:failed to create endpoint|network \S+ not found)[^\n]*)$/.exec(step.error);
  if (said?.[1] === undefined || /exit code: \d+$/.test(said[1])) return;
  throw new DjdevError('DJ-ENGINE-REQUEST', {
    message: `The Docker engine cannot give a build its network: ${said[1]}`,
    hint: 'No command was run. Restart the Docker engine, which makes its networks again.',
    ...(location ? { location } : {}),
  });
}

/** Without the path the error took through the builder's parts. */
function cleanMessage(message: string): string {
  return message
    .replace(/^(?:failed to [a-z ]+(?: with frontend \S+)?: |rpc error: code = \w+ desc = )+/i, '')
    .replace(/^failed to create LLB definition: /, '')
    .trim();
}
