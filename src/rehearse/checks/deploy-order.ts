import { type DeployAdvice, deployOrderNames } from '../../migrations/deploy-order.ts';
import type { Finding, Level } from '../../report/finding.ts';
import type { DeployOrder } from '../../report/migration-report.ts';

const meanings: Readonly<Record<DeployOrder, string>> = {
  'any-order': 'Old and new code work on both schemas.',
  'migrate-then-deploy': 'Old code works on the new schema; new code needs it.',
  'deploy-then-migrate': 'Old code does not work on the new schema; new code works on both.',
  'no-safe-order': 'Old code does not work on the new schema, nor new code on the old one.',
  broken: 'New code does not work on its own schema.',
};

const hints: Readonly<Record<DeployOrder, string>> = {
  'any-order': '',
  'migrate-then-deploy': '',
  'deploy-then-migrate':
    'Release commands migrate before the deploy. Ship the code first and this migration with the next release, or run migrate after the new code serves everywhere.',
  'no-safe-order':
    'Split it: first a release that works with both schemas (nullable, db_default, or the column left in place), then the one that needs the new schema.',
  broken:
    'The models no longer name a column that the database still demands. Make it nullable or give it a database default in the same migration.',
};

/** The advice as a finding: release commands migrate first, so only that order must work. */
export function checkDeployOrder(advice: DeployAdvice): Finding {
  const { order, reasons, blindSpots } = advice;
  return {
    code: 'deploy-order',
    level: levelOf(advice),
    step: 'rollout',
    title: `Deploy order: ${deployOrderNames[order]}. ${meanings[order]}`,
    detail: [
      ...reasons,
      ...(advice.onlyEmptyInserts
        ? ['Rows that are written with all columns do work; traffic says whether others are.']
        : []),
      ...blindSpots.map((spot) => `Not seen by trying existing rows: ${spot}.`),
    ].join('\n'),
    hint: hints[order],
  };
}

function levelOf({ order, onlyEmptyInserts }: DeployAdvice): Level {
  if (order === 'any-order' || order === 'migrate-then-deploy') return 'pass';
  return onlyEmptyInserts ? 'warn' : 'fail';
}
