import type { Finding } from '../../report/finding.ts';
import type { ProcessLine } from '../checks/process-line.ts';
import { checkStopArithmetic } from '../checks/stop-arithmetic.ts';
import type { RehearsalRun } from '../run.ts';
import { targetOf } from '../target/target-of.ts';
import type { GunicornSettings } from './server-settings.ts';

/** The server's limit for requests under way against the grace; nothing where it is not known. */
export function judgeArithmetic(
  { project }: Pick<RehearsalRun, 'project'>,
  graceMs: number,
  processes: readonly ProcessLine[],
  gunicorn: GunicornSettings | undefined,
): readonly Finding[] {
  const target = targetOf(project);
  const isDeclared = target.name === 'docker' && graceMs !== target.graceMs;
  const graceFrom = isDeclared ? 'rehearse.grace' : platformName(target.name);
  if (gunicorn) {
    return checkStopArithmetic({
      graceMs,
      graceFrom,
      patienceMs: gunicorn.gracefulTimeoutMs,
      option: '--graceful-timeout',
      isChosen: gunicorn.chosen.some((name) => name === 'timeout' || name === 'graceful_timeout'),
    });
  }
  const seconds = uvicornPatience(processes);
  if (seconds === undefined) return [];
  return checkStopArithmetic({
    graceMs,
    graceFrom,
    patienceMs: seconds * 1000,
    option: '--timeout-graceful-shutdown',
    isChosen: true,
  });
}

function platformName(name: string): string {
  return name === 'docker' ? '“docker stop”' : name;
}

/** Seconds on uvicorn's command line. */
function uvicornPatience(processes: readonly ProcessLine[]): number | undefined {
  for (const { command } of processes) {
    if (!command.slice(0, 2).some((word) => /(^|\/)uvicorn$/u.test(word))) continue;
    const line = command.join(' ');
    const found = /--timeout-graceful-shutdown[ =](\d+)/u.exec(line)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}
