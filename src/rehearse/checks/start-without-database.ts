import type { ContainerExit } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';
import { condenseLog } from './condense-log.ts';

/** An end with 0 says to platforms that the work is done. */
export function checkQuietEnd(exit: ContainerExit, log: readonly string[]): readonly Finding[] {
  if (exit.exitCode !== 0) return [];
  return [
    {
      code: 'start-without-database',
      level: 'warn',
      step: 'recovery',
      title: 'Without its database the production process ends with exit code 0.',
      detail: [
        '0 says that all went well, so a platform may not start it again.',
        ...lines(log),
      ].join('\n'),
      hint: 'Let a start script end with an error: set -e, and the last command by exec.',
    },
  ];
}

/** A process that was there before its database, and never gets over it. */
export function checkLateDatabase(seen: {
  readonly seconds: number;
  readonly answer: string;
  readonly log: readonly string[];
}): readonly Finding[] {
  return [
    {
      code: 'start-without-database',
      level: 'fail',
      step: 'recovery',
      title: 'Started before its database, the application never serves.',
      detail: [
        `${seen.seconds.toFixed(0)} s after the database is there: ${seen.answer}`,
        ...lines(seen.log),
      ].join('\n'),
      hint:
        'Something is read from the database once, at import, and stays broken. Read it when it is ' +
        'needed, or let the process end with an error so that the platform starts it again.',
    },
  ];
}

function lines(log: readonly string[]): readonly string[] {
  if (log.length === 0) return ['It wrote nothing.'];
  return ['Its last lines:', ...condenseLog(log).map((line) => `  ${line}`)];
}
