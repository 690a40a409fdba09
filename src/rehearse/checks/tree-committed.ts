import type { Finding } from '../../report/finding.ts';

const shown = 8;

/**
 * What is rehearsed beside a commit. On a laptop that is a day’s work, and only told; where
 * releases are made it is a warning, because nobody can build this image again.
 */
export function checkTreeCommitted(
  /** Relative paths of changed files that the image gets. */
  changed: readonly string[],
  commit: string,
  isContinuousIntegration: boolean,
): readonly Finding[] {
  if (changed.length === 0) return [];
  const files =
    changed.length === 1 ? '1 file in the image is' : `${changed.length} files in the image are`;
  return [
    {
      code: 'tree-not-committed',
      level: isContinuousIntegration ? 'warn' : 'pass',
      step: 'preflight',
      title: `${files} not as in commit ${commit}.`,
      detail: [
        ...changed.slice(0, shown),
        ...(changed.length > shown ? [`… and ${changed.length - shown} more`] : []),
      ].join('\n'),
      hint: isContinuousIntegration
        ? 'Something changes files between checkout and build: make it part of the Dockerfile.'
        : '',
    },
  ];
}
