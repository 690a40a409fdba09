import { compareCommand } from './compare/compare-command.ts';
import { compareDatabase } from './compare/compare-database.ts';
import { compareEnvironment } from './compare/compare-environment.ts';
import { compareFiles } from './compare/compare-files.ts';
import { compareImage } from './compare/compare-image.ts';
import type { AreaOutcome, CompareArea, CompareInput } from './compare/compare-input.ts';
import { comparePackages } from './compare/compare-packages.ts';
import { comparePython } from './compare/compare-python.ts';
import { compareServices } from './compare/compare-services.ts';
import { compareSettings } from './compare/compare-settings.ts';
import { compareUser } from './compare/compare-user.ts';
import { areaNames, type ParityArea, parityAreas } from './parity-areas.ts';
import type {
  ParityAdvice,
  ParityAreaResult,
  ParityDifference,
  ParityReport,
} from './parity-report.ts';

const comparisons: Readonly<Record<ParityArea, CompareArea>> = {
  image: compareImage,
  packages: comparePackages,
  files: compareFiles,
  settings: compareSettings,
  environment: compareEnvironment,
  command: compareCommand,
  python: comparePython,
  user: compareUser,
  services: compareServices,
  database: compareDatabase,
};

/** What a comparison found, without who was compared. */
export type Comparison = Pick<
  ParityReport,
  'score' | 'areas' | 'differences' | 'intended' | 'advice'
>;

/**
 * Compares both sides, area by area. The score is 100 less what the differences of each area cost,
 * at most the area's limit; what was not measured costs nothing. Pure.
 */
export function compareSides(input: CompareInput): Comparison {
  const outcomes = areaNames.map((area) => ({ area, outcome: comparisons[area](input) }));
  const found = outcomes.flatMap(({ outcome }) => ('notMeasured' in outcome ? [] : outcome));
  const costly = (one: ParityDifference): boolean => one.intended === undefined;
  const areas = outcomes.map(({ area, outcome }) => judgeArea(area, outcome));
  const differences = areaNames.flatMap((area) =>
    found.filter((one) => one.area === area && costly(one)).toSorted((a, b) => b.cost - a.cost),
  );
  return {
    score: 100 - areas.reduce((sum, { cost }) => sum + cost, 0),
    areas,
    differences,
    intended: found.filter((one) => !costly(one)),
    advice: adviceFor(differences),
  };
}

function judgeArea(area: ParityArea, outcome: AreaOutcome): ParityAreaResult {
  const limit = parityAreas[area];
  if ('notMeasured' in outcome) return { area, cost: 0, limit, ...outcome };
  return { area, cost: costOf(area, outcome), limit };
}

function costOf(area: ParityArea, differences: readonly ParityDifference[]): number {
  return Math.min(parityAreas[area], sumOf(differences));
}

function sumOf(differences: readonly ParityDifference[]): number {
  return differences.reduce((total, { cost }) => total + cost, 0);
}

/** The same advice once, with the share of what its area costs that its differences have. */
function adviceFor(differences: readonly ParityDifference[]): readonly ParityAdvice[] {
  const byText = Map.groupBy(differences, (one) => `${one.area} ${one.advice ?? ''}`);
  return [...byText.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first?.advice === undefined) return [];
      const all = differences.filter(({ area }) => area === first.area);
      const share = (costOf(first.area, all) * sumOf(group)) / sumOf(all);
      return [{ points: Math.max(1, Math.round(share)), text: first.advice }];
    })
    .toSorted((a, b) => b.points - a.points);
}
