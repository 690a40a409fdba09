import type { Defect } from '../defect.ts';
import { bootDefects } from './boot-defects.ts';
import { imageDefects } from './image-defects.ts';
import { lifecycleDefects } from './lifecycle-defects.ts';
import { migrationDefects } from './migration-defects.ts';
import { practiceDefects } from './practice-defects.ts';
import { preflightDefects } from './preflight-defects.ts';
import { rolloutDefects } from './rollout-defects.ts';
import { settingsDefects } from './settings-defects.ts';
import { staticDefects } from './static-defects.ts';
import { wireDefects } from './wire-defects.ts';

/** All that is planted: each is found by a test, and docs/findings.md lists them by code. */
export const defects: readonly Defect[] = [
  ...preflightDefects,
  ...imageDefects,
  ...settingsDefects,
  ...practiceDefects,
  ...migrationDefects,
  ...staticDefects,
  ...bootDefects,
  ...wireDefects,
  ...lifecycleDefects,
  ...rolloutDefects,
];
