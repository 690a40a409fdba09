import type { ErrorIssue } from '../errors/djdev-error.ts';
import { closestName } from './closest-name.ts';
import type { DockerfileInstruction, DockerfileWarning } from './dockerfile.ts';

/** Every instruction a Dockerfile may have, with the fewest arguments each takes. */
const fewestArguments: Readonly<Record<string, number>> = {
  ADD: 2,
  ARG: 1,
  CMD: 0,
  COPY: 2,
  ENTRYPOINT: 0,
  ENV: 1,
  EXPOSE: 1,
  FROM: 1,
  HEALTHCHECK: 1,
  LABEL: 1,
  MAINTAINER: 1,
  ONBUILD: 1,
  RUN: 0,
  SHELL: 1,
  STOPSIGNAL: 1,
  USER: 1,
  VOLUME: 1,
  WORKDIR: 1,
};

/** What every builder refuses, in the order of the file. */
export function findDockerfileProblems(
  instructions: readonly DockerfileInstruction[],
  file: string,
): readonly ErrorIssue[] {
  const issues: ErrorIssue[] = [];
  let hasStage = false;
  for (const instruction of instructions) {
    hasStage ||= instruction.keyword === 'FROM';
    const issue = findProblem(instruction, hasStage);
    if (issue) issues.push({ ...issue, location: instruction.location });
  }
  // A misspelt FROM is reported where it stands.
  if (!hasStage && !issues.some((issue) => issue.hint === 'Did you mean FROM?')) {
    issues.push({
      message: 'The Dockerfile has no FROM, so there is no image to build on.',
      hint: 'Begin it with a line such as “FROM python:3.13-slim”.',
      location: { file, line: 1, column: 1 },
    });
  }
  return issues;
}

function findProblem(
  { keyword, words }: DockerfileInstruction,
  hasStage: boolean,
): Omit<ErrorIssue, 'location'> | undefined {
  const fewest = fewestArguments[keyword];
  if (fewest === undefined) {
    const meant = closestName(keyword, Object.keys(fewestArguments));
    return {
      message: `${keyword} is not an instruction of a Dockerfile.`,
      hint: meant
        ? `Did you mean ${meant}?`
        : 'If it belongs to the line before, end that line with a backslash.',
    };
  }
  if (words.length < fewest) {
    const wanted = fewest === 2 ? 'at least one source and a destination' : 'an argument';
    return { message: `${keyword} needs ${wanted}.` };
  }
  if (!hasStage && keyword !== 'ARG') {
    return {
      message: `${keyword} stands before the first FROM, where only ARG may stand.`,
      hint: `Move it below FROM.`,
    };
  }
  if (keyword === 'FROM' && !isFrom(words)) {
    return {
      message: 'FROM takes an image, or an image and a name.',
      hint: 'Write “FROM image” or “FROM image AS name”.',
    };
  }
  if (keyword === 'ENV' && words.length === 1 && !words[0]?.includes('=')) {
    return {
      message: `ENV ${words[0]} has no value.`,
      hint: `Write “ENV ${words[0]}=value”.`,
    };
  }
  return undefined;
}

function isFrom(words: readonly string[]): boolean {
  return words.length === 1 || (words.length === 3 && words[1]?.toLowerCase() === 'as');
}

/** What builds, but hardly does what was meant. */
export function findDockerfileWarnings(
  instructions: readonly DockerfileInstruction[],
): readonly DockerfileWarning[] {
  return instructions
    .filter(({ keyword, text, isExecForm }) => {
      return /^(CMD|ENTRYPOINT|SHELL)$/.test(keyword) && text.startsWith('[') && !isExecForm;
    })
    .map(({ keyword, location }) => ({
      message:
        `${keyword} looks like a JSON array but is not valid JSON, so Docker runs it as a shell ` +
        'command. Use double quotes and a comma between the words.',
      location,
    }));
}
