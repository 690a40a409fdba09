import type { Defect } from '../defect.ts';
import { imageDefects } from './image-defects.ts';
import { lifecycleDefects } from './lifecycle-defects.ts';
import { practiceDefects } from './practice-defects.ts';
import { preflightDefects } from './preflight-defects.ts';
import { settingsDefects } from './settings-defects.ts';

/** All that is planted: each is found by a test, and docs/findings.md lists them by code. */
export const defects: readonly Defect[] = [
  ...preflightDefects,
  ...imageDefects,
  ...settingsDefects,
  ...practiceDefects,
  ...lifecycleDefects,
];
