import type { ParityDifference } from '../parity-report.ts';
import { type AreaOutcome, type CompareInput, difference, unionOf } from './compare-input.ts';

/** Tools that installed the others: the application does not import them. */
const installers = new Set(['pip', 'setuptools', 'wheel', 'uv']);
/** djdev's own, beside the application. */
const ownDirectory = '/run/djdev/';
const shownSystemPackages = 5;

/** Python's packages and those of the system, by name and version. */
export function comparePackages(input: CompareInput): AreaOutcome {
  return [...comparePython(input), ...compareSystem(input)];
}

function comparePython(input: CompareInput): readonly ParityDifference[] {
  const { here, production } = input;
  return unionOf(here.packages, production.packages).flatMap((name) => {
    const [own, other] = [here.packages[name], production.packages[name]];
    if (own?.path?.startsWith(ownDirectory) === true) return [];
    if (own?.version === other?.version && own?.source === other?.source) return [];
    const isByHand = own?.path !== undefined && isChanged(input, own.path);
    const pair = { here: describe(own), production: describe(other) };
    return [difference('packages', { subject: name, ...pair, ...judge(input, name, isByHand) })];
  });
}

function describe(found: CompareInput['here']['packages'][string] | undefined): string | undefined {
  if (found === undefined) return undefined;
  return found.source === undefined ? found.version : `${found.version} (${found.source})`;
}

function judge({ here, production }: CompareInput, name: string, isByHand: boolean) {
  const [own, other] = [here.packages[name], production.packages[name]];
  if (isByHand) {
    return {
      origin: 'installed in the running container',
      cost: 10,
      advice: `Add ${name}==${own?.version ?? ''} to the project’s requirements, or be rid of it: djdev down && djdev up.`,
    };
  }
  const cost = installers.has(name) ? 1 : 4;
  if (own === undefined) {
    const advice = `Production has ${name} and this image has not: build both from the same requirements.`;
    return { origin: 'production’s image', cost, advice };
  }
  const origin = other === undefined ? 'the image here' : 'both images';
  return { origin, cost, advice: `Pin ${name} in the requirements, and deploy what you run here.` };
}

/** A path, or something below it, came into being after the container was made. */
function isChanged({ changedPaths }: CompareInput, path: string): boolean {
  return changedPaths.some((changed) => changed === path || changed.startsWith(`${path}/`));
}

function compareSystem({
  here: { systemPackages: own },
  production: { systemPackages: other },
}: CompareInput): readonly ParityDifference[] {
  const names = unionOf(own, other).filter((name) => own[name] !== other[name]);
  if (names.length === 0) return [];
  const advice = 'Build both from the same base image: pin it by its digest.';
  const origin = 'the packages of the system';
  if (names.length > shownSystemPackages) {
    const subject = `${names.length} packages of the system`;
    const pair = { here: 'one version', production: 'another, or none' };
    return [difference('packages', { subject, ...pair, origin, cost: 5, advice, items: names })];
  }
  return names.map((subject) =>
    difference('packages', {
      subject,
      here: own[subject],
      production: other[subject],
      origin,
      cost: 1,
      advice,
    }),
  );
}
