import type { ParityDifference } from '../parity-report.ts';
import type { ImageIdentity } from '../side-facts.ts';
import { type AreaOutcome, type CompareInput, difference } from './compare-input.ts';

/** The images by id and layer, and the system that they carry. */
export function compareImage(input: CompareInput): AreaOutcome {
  const { here, production } = input;
  const rows: ParityDifference[] = [];
  if (here.image && production.image && here.image.id !== production.image.id) {
    rows.push(compareLayers(input, here.image, production.image));
  }
  const same = here.system.machine === production.system.machine;
  if (!same) {
    rows.push(
      difference('image', {
        subject: 'platform',
        here: here.system.machine,
        production: production.system.machine,
        origin: 'the machine that built the image',
        cost: 10,
        advice:
          'Build for the platform of production: docker build --platform, or FROM --platform.',
      }),
    );
  }
  for (const [subject, cost] of [
    ['os', 5],
    ['libc', 2],
  ] as const) {
    const [own, other] = [here.system[subject], production.system[subject]];
    if (own === other) continue;
    const advice = 'Build both from the same base image.';
    const pair = { here: own ?? 'unknown', production: other ?? 'unknown' };
    rows.push(difference('image', { subject, ...pair, origin: 'the base image', cost, advice }));
  }
  return rows;
}

function compareLayers(
  { against, running, isLive }: CompareInput,
  own: ImageIdentity,
  other: ImageIdentity,
): ParityDifference {
  const shared = own.layers.findIndex((layer, index) => layer !== other.layers[index]);
  const count = shared === -1 ? Math.min(own.layers.length, other.layers.length) : shared;
  const isOlderBuild = against === 'tree' && running;
  const intended = isOlderBuild
    ? isLive && 'edits are sent into the container, so it need not be made anew'
    : count > 0 && 'the tree is ahead of production, on the same base';
  return difference('image', {
    subject: 'image',
    here: shorten(own.id),
    production: shorten(other.id),
    origin: `${count} of ${own.layers.length} layers are production’s`,
    cost: count === 0 ? 5 : 3,
    intended: intended === false ? undefined : intended,
    advice:
      count === 0
        ? 'Build both from the same base image: pin it by its digest.'
        : 'Make the containers of the image of this tree: djdev up.',
  });
}

function shorten(id: string): string {
  return id.slice(0, 'sha256:'.length + 12);
}
