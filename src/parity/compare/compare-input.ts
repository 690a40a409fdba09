import type { Project } from '../../project/project.ts';
import type { ParityArea } from '../parity-areas.ts';
import type { ParityDifference } from '../parity-report.ts';
import type { SideFacts } from '../side-facts.ts';

/** All that a comparison follows from; plain data. */
export interface CompareInput {
  readonly project: Pick<Project, 'settings' | 'variables' | 'services'>;
  readonly here: SideFacts;
  readonly production: SideFacts;
  /** A container of the stack runs, and is what was looked at. */
  readonly running: boolean;
  /** Its process takes new code while it runs. */
  readonly isLive: boolean;
  /** `tree`: what this tree builds, with the manifest's environment. */
  readonly against: 'tree' | 'image' | 'file';
  /** Variables that djdev adds to the process: name → why. */
  readonly added: Readonly<Record<string, string>>;
  /** Absolute path in the container → digest of the host's file that belongs there. */
  readonly hostDigests: Readonly<Record<string, string>>;
  /** Absolute paths that the running container has changed since it was made. */
  readonly changedPaths: readonly string[];
  /** Variables that the code reads: name → `config/env.py:4`. */
  readonly readers: Readonly<Record<string, string>>;
  /** Command of the process as it is configured on either side, where it was not measured. */
  readonly configuredCommand: {
    readonly here: readonly string[];
    readonly production: readonly string[];
    /** The image's ENTRYPOINT stands before it, and may start something else. */
    readonly hasEntrypoint: boolean;
  };
}

/** What comparing one area gave: differences, or why there are none to be had. */
export type AreaOutcome = readonly ParityDifference[] | { readonly notMeasured: string };

export type CompareArea = (input: CompareInput) => AreaOutcome;

/** A difference of one area, without keys that have no value. */
export function difference(
  area: ParityArea,
  parts: {
    readonly [K in keyof Omit<ParityDifference, 'area'>]: ParityDifference[K] | undefined;
  } & Pick<ParityDifference, 'subject' | 'origin' | 'cost'>,
): ParityDifference {
  const kept = Object.entries(parts).filter(([, value]) => value !== undefined);
  const given = Object.fromEntries(kept) as Omit<ParityDifference, 'area'>;
  return { area, ...given, cost: given.intended === undefined ? given.cost : 0 };
}

/** The names of two mappings, sorted. */
export function unionOf(left: object, right: object): readonly string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
}

/** Whether the manifest gives development settings of its own. */
export function hasOwnSettings({ settings: { dev, prod } }: CompareInput['project']): boolean {
  return dev !== undefined && dev !== prod;
}
