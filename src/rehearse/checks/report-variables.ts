import type { Fallback } from '../../django/try-without.ts';
import type { Variable } from '../../project/project.ts';
import type { RemovalReport, VariableReport } from '../../report/environment-report.ts';
import { changedSettings, type RemovalTrial } from './environment-contract.ts';
import type { FallbackTrials } from './settings-fallback.ts';

/** What was taken away to see what the settings do. */
export interface VariableTrials {
  readonly unread: readonly string[];
  readonly fallbacks: FallbackTrials | undefined;
  readonly removals: RemovalTrials | undefined;
}

export interface RemovalTrials {
  /** The settings as they are, read twice. */
  readonly baselines: readonly Fallback[];
  readonly trials: readonly RemovalTrial[];
}

/** The variables of production by name, with what became of the settings without each. */
export function reportVariables(
  variables: readonly Variable[],
  { unread, fallbacks, removals }: VariableTrials,
): readonly VariableReport[] {
  const found = new Map([...reportFallbacks(fallbacks), ...reportRemovals(removals)]);
  return variables
    .map(({ name, secret, required, value, generate, origin }): VariableReport => {
      const removal = found.get(name);
      return {
        name,
        secret,
        required: required || isRefused(removal),
        given: value !== undefined || generate,
        origin: origin.text,
        ...(unread.includes(name) ? { neverRead: true } : {}),
        ...(removal === undefined ? {} : { removal }),
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The settings cannot be without it, whatever the manifest says. */
function isRefused(removal: RemovalReport | undefined): boolean {
  return removal?.outcome === 'refused' && removal.together === undefined;
}

type NamedRemoval = readonly [name: string, removal: RemovalReport];

/** The secret key and the database, each with all the variables that make it. */
function reportFallbacks(trials: FallbackTrials | undefined): readonly NamedRemoval[] {
  if (trials === undefined) return [];
  const { keyVariables, withoutKey, databaseVariables, withoutDatabase } = trials;
  const keyStays = withoutKey?.key !== undefined;
  return [
    ...reportTogether(databaseVariables, withoutDatabase === undefined ? [] : ['DATABASES']),
    ...reportTogether(keyVariables, keyStays ? ['SECRET_KEY'] : []),
  ];
}

function reportTogether(
  names: readonly string[],
  settings: readonly string[],
): readonly NamedRemoval[] {
  const outcome = settings.length === 0 ? 'refused' : 'changed';
  const together = names.length > 1 ? { together: names } : {};
  return names.map((name) => [name, { outcome, settings, ...together }]);
}

function reportRemovals(removals: RemovalTrials | undefined): readonly NamedRemoval[] {
  return (removals?.trials ?? []).map(({ variable: { name }, without }) => {
    if (without === undefined) return [name, { outcome: 'refused', settings: [] }];
    const settings = changedSettings(removals?.baselines ?? [], without);
    return [name, { outcome: settings.length === 0 ? 'unchanged' : 'changed', settings }];
  });
}
