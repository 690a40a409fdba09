import { expect, test } from 'vitest';
import { checkCodes } from '../../../../src/rehearse/policy/check-codes.ts';
import { sampleProject, sampleRehearse } from '../sample-project.ts';

const checking = (code: string) => () =>
  checkCodes({
    ...sampleProject,
    rehearse: {
      ...sampleRehearse,
      checks: [{ code, level: 'warn', location: { file: '/shop/djdev.yaml', line: 3 } }],
    },
  });

test('rules are about codes that exist and that may change', () => {
  expect(checking('image-runs-as-root')).not.toThrow();
  expect(checking('image-run-as-root')).toThrow(
    'rehearse.checks.image-run-as-root is not a finding code.',
  );
  expect(checking('build-failed')).toThrow(
    'rehearse.checks.build-failed cannot be changed: without it nothing else can be measured.',
  );
});
