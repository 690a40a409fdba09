import { DjdevError, type SourceLocation } from '../../../errors/djdev-error.ts';
import type { Dockerfile } from '../../../project/dockerfile.ts';
import {
  type DockerfileFeature,
  dockerfileFeatures,
  findDockerfileFeatures,
} from '../../../project/dockerfile-features.ts';

/**
 * The error for a build that ended before its first step: the Dockerfile is wrong
 * (`DJ-DOCKERFILE-SYNTAX`), it uses what only newer engines know (`DJ-ENGINE-TOO-OLD`), or the
 * builder itself failed (`DJ-ENGINE-LOST`, `DJ-DISK-FULL`, `DJ-ENGINE-REQUEST`).
 */
export function explainRefusedDockerfile(
  message: string,
  { dockerfile, engineVersion }: { dockerfile: Dockerfile; engineVersion: string },
): DjdevError {
  const [, line, problem] = /parse error (?:on )?line (\d+): (.*)/s.exec(message) ?? [];
  if (line === undefined || problem === undefined) return explainBuilder(message, dockerfile);
  const location = { file: dockerfile.file, line: Number(line) };
  const feature = findUnknownFeature(dockerfile, Number(line), engineVersion);
  if (feature) return explainFeature(feature, problem, engineVersion);
  return new DjdevError('DJ-DOCKERFILE-SYNTAX', {
    message: `The builder cannot read line ${line} of the Dockerfile: ${problem}.`,
    hint: 'Correct that line. If it is right, the builder of this engine is too old for it.',
    location,
  });
}

function explainFeature(
  { name, location }: DockerfileFeature,
  problem: string,
  engineVersion: string,
): DjdevError {
  const { title, since } = dockerfileFeatures[name];
  const remedy =
    since === 'frontend'
      ? 'Begin the Dockerfile with “# syntax=docker/dockerfile:1-labs” to have it built by a frontend that knows it'
      : `Docker ${since} knows it: update the engine`;
  return new DjdevError('DJ-ENGINE-TOO-OLD', {
    message: `The Dockerfile uses ${title}, which the builder of Docker ${engineVersion} does not know (${problem}).`,
    hint: `${remedy}, or write line ${location.line ?? 0} without it.`,
    location,
  });
}

/**
 * The feature that explains a complaint: in that line, or a heredoc above it, whose body an older
 * builder takes for instructions.
 */
function findUnknownFeature(
  dockerfile: Dockerfile,
  line: number,
  engineVersion: string,
): DockerfileFeature | undefined {
  return findDockerfileFeatures(dockerfile)
    .filter(({ name }) => {
      const { since } = dockerfileFeatures[name];
      return since === 'frontend' || isOlder(engineVersion, since);
    })
    .findLast(({ name, location }) => {
      const start = startOfInstruction(dockerfile, location);
      return name === 'heredoc' ? start <= line : start === line || location.line === line;
    });
}

/** A flag may stand on a continued line; builders name the line where the instruction begins. */
function startOfInstruction(dockerfile: Dockerfile, location: SourceLocation): number {
  const lines = dockerfile.stages
    .flatMap(({ instructions }) => instructions)
    .map((instruction) => instruction.location.line ?? 0);
  return lines.findLast((line) => line <= (location.line ?? 0)) ?? 0;
}

function isOlder(version: string, since: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [sinceMajor = 0, sinceMinor = 0] = since.split('.').map(Number);
  return major < sinceMajor || (major === sinceMajor && minor < sinceMinor);
}

function explainBuilder(message: string, dockerfile: Dockerfile): DjdevError {
  if (/no space left on device/i.test(message)) {
    return new DjdevError('DJ-DISK-FULL', {
      message: `The Docker engine has no disk space left, so it could not build the image: ${message}.`,
      hint: 'See what takes the space with `docker system df`, free some (for example with `docker builder prune`), and try again.',
    });
  }
  if (
    /cannot connect to the docker daemon|connection (refused|reset)|\bEOF\b|no active session/i.test(
      message,
    )
  ) {
    return new DjdevError('DJ-ENGINE-LOST', {
      message: `The connection to the Docker engine broke while it built the image: ${message}.`,
      hint: 'Check that the Docker engine still runs, for example with `docker info`, and try again.',
    });
  }
  if (/dockerfile|instructions|stage/i.test(message)) {
    return new DjdevError('DJ-DOCKERFILE-SYNTAX', {
      message: `The builder cannot use the Dockerfile: ${message}.`,
      location: { file: dockerfile.file },
    });
  }
  return new DjdevError('DJ-ENGINE-REQUEST', {
    message: `The Docker engine could not build the image: ${message}.`,
  });
}
