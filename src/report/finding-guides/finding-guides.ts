import type { FindingGuides } from './finding-guide.ts';
import { imageGuides } from './image-guides.ts';
import { lifecycleGuides } from './lifecycle-guides.ts';
import { migrationGuides } from './migration-guides.ts';
import { pageGuides } from './page-guides.ts';
import { rolloutGuides } from './rollout-guides.ts';
import { settingsGuides } from './settings-guides.ts';
import { sourceGuides } from './source-guides.ts';
import { staticGuides } from './static-guides.ts';

/** Beside the one line of `findingCodes`; shown by `djdev explain` and in `docs/findings.md`. */
export const findingGuides: FindingGuides = {
  ...sourceGuides,
  ...imageGuides,
  ...settingsGuides,
  ...migrationGuides,
  ...staticGuides,
  ...lifecycleGuides,
  ...rolloutGuides,
  ...pageGuides,
};
