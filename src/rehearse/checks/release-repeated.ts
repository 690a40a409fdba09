import type { Finding } from '../../report/finding.ts';
import { condenseLog } from './condense-log.ts';

/** A release command that went well, and fails when the same release is deployed again. */
export function releaseNotRepeatable(
  command: readonly string[],
  exitCode: number,
  tail: readonly string[],
): Finding {
  return {
    code: 'release-not-repeatable',
    level: 'fail',
    step: 'recovery',
    title: `“${command.join(' ')}” fails when the same release is deployed again.`,
    detail: [
      `The first time it went well, the second time its exit code is ${exitCode}.`,
      ...condenseLog(tail)
        .slice(-15)
        .map((line) => `  ${line}`),
    ].join('\n'),
    hint: 'Let it look first at what is there: get_or_create, “if not exists”, an empty result is no error.',
  };
}
