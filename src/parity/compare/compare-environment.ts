import type { Variable } from '../../project/project.ts';
import type { ScalarLeaf } from '../side-facts.ts';
import { type AreaOutcome, type CompareInput, difference, unionOf } from './compare-input.ts';
import { formatPair, sameLeaf } from './format-leaf.ts';

/** Names that say how Python runs: `comparePython` judges what they do. */
const pythonFlags =
  /^PYTHON(?:DONTWRITEBYTECODE|OPTIMIZE|UNBUFFERED|DEVMODE|ASYNCIODEBUG|FAULTHANDLER|HASHSEED|WARNINGS|UTF8|IOENCODING)$|^TZ$/u;

/** Variables by name: who has them, and whether they hold the same. Values of secrets are not compared. */
export function compareEnvironment(input: CompareInput): AreaOutcome {
  const { here, production } = input;
  return unionOf(here.environment, production.environment)
    .filter((name) => !pythonFlags.test(name))
    .flatMap((name) => {
      const [own, other] = [here.environment[name], production.environment[name]];
      if (sameLeaf(own, other) || isUnknown(input, own, other)) return [];
      const reason = intention(input, name, own, other);
      const pair = formatPair(own, other);
      const variable = input.project.variables.find((one) => one.name === name);
      const origin = variable?.origin.text ?? input.readers[name] ?? originOf(own, other);
      const common = { subject: name, ...pair, origin, intended: reason };
      return [
        difference('environment', { ...common, ...judge(input, name, own, other, variable) }),
      ];
    });
}

/** What an entrypoint adds is not known of a side on which no server was looked at. */
function isUnknown(
  { here, production }: CompareInput,
  own: ScalarLeaf | undefined,
  other: ScalarLeaf | undefined,
): boolean {
  if (own === undefined) return other?.by === 'entrypoint' && here.command === null;
  return own.by === 'entrypoint' && production.command === null;
}

function originOf(own: ScalarLeaf | undefined, other: ScalarLeaf | undefined): string {
  if (own === undefined) return 'production’s environment';
  if (own.by === 'entrypoint') return 'the entrypoint of the container';
  return other === undefined ? 'the environment of the container' : 'both environments';
}

function intention(
  { project, added, against }: CompareInput,
  name: string,
  own: ScalarLeaf | undefined,
  other: ScalarLeaf | undefined,
): string | undefined {
  if (own !== undefined && added[name] !== undefined) return added[name];
  if (name === 'DJANGO_SETTINGS_MODULE' && project.settings.dev !== undefined) {
    return 'the manifest names settings for development';
  }
  const variable = project.variables.find((one) => one.name === name);
  if (variable === undefined) return undefined;
  if (variable.byMode?.dev !== undefined || (against === 'tree' && variable.byMode !== undefined)) {
    return 'the manifest gives development a value of its own';
  }
  if (own === undefined || other === undefined) return undefined;
  if (variable.parts !== undefined) return 'it points to the service here';
  return variable.generate ? 'made up for development' : undefined;
}

function judge(
  { readers }: CompareInput,
  name: string,
  own: ScalarLeaf | undefined,
  other: ScalarLeaf | undefined,
  variable: Variable | undefined,
): { readonly cost: number; readonly advice: string } {
  if (other === undefined) {
    const advice =
      variable === undefined
        ? `Set ${name} in production too, or take it out of the image and the manifest.`
        : `Set ${name} in production, or give it a value for development alone: { dev: … }.`;
    return { cost: variable?.required === true || readers[name] !== undefined ? 3 : 2, advice };
  }
  if (own === undefined) {
    const advice = `Name ${name} under app.env, so that development has it as well.`;
    return { cost: readers[name] === undefined ? 1 : 3, advice };
  }
  const advice = `Give ${name} the same value, or say under app.env that it differs: { dev: …, prod: … }.`;
  return { cost: 1, advice };
}
