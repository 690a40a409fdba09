/** What BuildKit's name for a step says: `[production 4/7] RUN pip install …`. */
export interface StepName {
  /** Name of the stage, `stage-2` for one without a name, `undefined` when there is only one. */
  readonly stage: string | undefined;
  /** Counted from 1 within the stage. */
  readonly position: number;
  readonly keyword: string;
  /** The instruction with its variables filled in and its continued lines joined. */
  readonly instruction: string;
}

/** `undefined` for what the builder does on its own, such as `[internal] load build context`. */
export function parseStepName(name: string): StepName | undefined {
  const [, label = '', position, instruction = ''] =
    /^\[([^\]]*?)\s*(\d+)\/\d+\] (.*)$/s.exec(name) ?? [];
  if (position === undefined) return undefined;
  // Builds for several platforms put the platform in front of the stage.
  const stage = label.trim().split(/\s+/).at(-1) ?? '';
  return {
    stage: stage === '' ? undefined : stage,
    position: Number(position),
    keyword: /^\w*/.exec(instruction)?.[0].toUpperCase() ?? '',
    instruction,
  };
}
