import type {
  Dockerfile,
  DockerfileInstruction,
  DockerfileStage,
} from '../../../project/dockerfile.ts';
import { shortReference } from '../../../project/short-reference.ts';
import { parseStepName, type StepName } from './step-name.ts';

/** The instruction of the Dockerfile that a step of the builder carries out. */
export function locateStep(
  dockerfile: Dockerfile,
  name: string,
): DockerfileInstruction | undefined {
  const image = /^\[internal\] load metadata for (\S+)/.exec(name)?.[1];
  if (image !== undefined) return findImageUse(dockerfile, image);
  const step = parseStepName(name);
  const stage = step && findNamedStage(dockerfile, step.stage);
  if (!step || !stage) return undefined;
  const counted = countedInstructions(dockerfile, stage);
  const found = counted[step.position - 1];
  // Another builder may count otherwise; then the words decide.
  return found?.keyword === step.keyword ? found : findByWords(counted, step);
}

function findNamedStage(
  dockerfile: Dockerfile,
  name: string | undefined,
): DockerfileStage | undefined {
  if (name === undefined) return dockerfile.stages[0];
  const index = /^stage-(\d+)$/.exec(name)?.[1];
  return (
    dockerfile.stages.find((stage) => stage.name?.toLowerCase() === name.toLowerCase()) ??
    (index === undefined ? undefined : dockerfile.stages[Number(index)])
  );
}

/** Instructions that are steps of their own. FROM is one only if it names an image. */
function countedInstructions(
  dockerfile: Dockerfile,
  stage: DockerfileStage,
): readonly DockerfileInstruction[] {
  const isStage = dockerfile.stages
    .slice(0, stage.index)
    .some(({ name }) => name?.toLowerCase() === stage.base.toLowerCase());
  const isImage = !isStage && stage.base !== 'scratch';
  return stage.instructions.filter(
    ({ keyword }) => /^(ADD|COPY|RUN|WORKDIR)$/.test(keyword) || (keyword === 'FROM' && isImage),
  );
}

function findByWords(
  instructions: readonly DockerfileInstruction[],
  step: StepName,
): DockerfileInstruction | undefined {
  const words = new Set(step.instruction.split(/\s+/));
  const candidates = instructions
    .filter(({ keyword }) => keyword === step.keyword)
    .map((instruction) => ({
      instruction,
      common: instruction.text.split(/\s+/).filter((word) => words.has(word)).length,
    }));
  return candidates.sort((left, right) => right.common - left.common)[0]?.instruction;
}

function findImageUse(dockerfile: Dockerfile, image: string): DockerfileInstruction | undefined {
  const wanted = shortReference(image);
  const stage = dockerfile.stages.find(({ base }) => shortReference(base) === wanted);
  if (stage) return stage.instructions[0];
  return dockerfile.stages
    .flatMap(({ instructions }) => instructions)
    .find(({ flags }) =>
      flags.some(({ name, value }) => name === 'from' && shortReference(value ?? '') === wanted),
    );
}
