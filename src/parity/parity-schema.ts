import * as v from 'valibot';
import { areaNames } from './parity-areas.ts';

/*
 * The shape of what `djdev parity --json` prints, for those who read it: `parity.schema.json` is
 * generated from it. Unknown keys are allowed, because keys may be added without a new version.
 */

const text = v.string();
const points = v.pipe(v.number(), v.integer(), v.minValue(0));
const area = v.picklist(areaNames);

const place = v.looseObject({
  what: v.pipe(text, v.description('A container, an image or a file, for people.')),
  image: v.optional(v.pipe(text, v.description('`sha256:…`'))),
  running: v.optional(
    v.pipe(v.boolean(), v.description('Whether a container that runs was looked at.')),
  ),
  takenAt: v.pipe(text, v.isoTimestamp()),
});

const difference = v.looseObject({
  area,
  subject: v.pipe(text, v.description('What differs: a package, a setting, a variable.')),
  here: v.optional(v.pipe(text, v.description('Without secrets; absent: not there.'))),
  production: v.optional(text),
  origin: v.pipe(text, v.description('Where the difference comes from.')),
  cost: v.pipe(points, v.description('Points before the limit of the area.')),
  intended: v.optional(v.pipe(text, v.description('Why it is meant to be so, and free.'))),
  advice: v.optional(text),
  items: v.optional(v.array(text)),
});

/** What `djdev parity --json` prints, version 1. */
export const paritySchema = v.looseObject({
  version: v.pipe(v.literal(1), v.description('Of this shape.')),
  project: text,
  here: place,
  production: place,
  score: v.pipe(
    points,
    v.maxValue(100),
    v.description('100: nothing differs that is not meant to.'),
  ),
  areas: v.array(
    v.looseObject({
      area,
      cost: points,
      limit: points,
      notMeasured: v.optional(v.pipe(text, v.description('Why there is nothing to compare.'))),
    }),
  ),
  differences: v.array(difference),
  intended: v.array(difference),
  advice: v.array(v.looseObject({ points, text })),
});
