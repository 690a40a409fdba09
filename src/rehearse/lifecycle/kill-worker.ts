import { checkWorkerKilled, chooseWorker, type Recovery } from '../checks/recovery.ts';
import { reportFindings } from '../report-findings.ts';
import { askRounds, type Trial } from './trial.ts';

const pauseMs = 50;

/**
 * Kills one worker as the kernel does when memory runs out, and answers how the others served;
 * `undefined` where no server with workers runs.
 */
export async function killWorker(trial: Trial): Promise<Recovery | undefined> {
  const { run, application } = trial;
  const { engine, clock, signal } = run.context;
  const worker = chooseWorker(await application.processes);
  if (worker === undefined) return undefined;
  const command = ['python3', '-c', `import os; os.kill(${worker.pid}, 9)`];
  const { exitCode } = await engine.execToEnd(application.container.id, { command }, signal);
  if (exitCode !== 0) return undefined;
  const startedMs = clock.monotonicMs();
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;
  let recovery = await askRounds(trial, 1);
  while (recovery.lasting && elapsedMs() < trial.allowedMs) {
    await clock.sleep(pauseMs, signal);
    const next = await askRounds(trial, 1);
    recovery = {
      ...next,
      sent: recovery.sent + next.sent,
      failed: recovery.failed + next.failed,
      evidence: recovery.evidence,
    };
  }
  reportFindings(run.context, checkWorkerKilled(recovery, worker));
  return recovery;
}
