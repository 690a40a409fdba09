import { withPostgresSession } from '../../database/postgres-session.ts';
import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { Application } from '../application.ts';
import {
  checkDatabaseRestart,
  checkWorkerKilled,
  chooseWorker,
  type Recovery,
} from '../checks/recovery.ts';
import { formatEvidence } from '../checks/request-evidence.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { type Answered, type Ask, createAsk } from '../wire/ask.ts';
import { publicPages } from '../wire/public-pages.ts';

/** Requests at a time: enough to reach every worker of a small server. */
const concurrency = 4;
const roundsAfter = 3;
const mostPaths = 5;
/** How long a server may take to start a worker in place of one that died. */
const replacementMs = 5000;
const pauseMs = 50;

/** Cuts what production loses from time to time, and looks whether users would notice. */
export async function runRecovery(
  run: RehearsalRun,
  plan: RehearsalPlan,
  application: Application,
  server: ScratchPostgres,
): Promise<StepResult<true>> {
  const { context } = run;
  application.log.step = 'recovery';
  const trial: Trial = {
    run,
    application,
    ask: createAsk(application.address, plan.boot.host, context.signal),
    paths: pathsOf(run, application),
  };
  if (trial.paths.length === 0) return { summary: 'no page to ask for', value: true };
  await ask(trial, 1);
  const cut = await cutSessions(server, context.signal);
  const restart = await ask(trial, roundsAfter);
  reportFindings(context, checkDatabaseRestart(restart));
  const killed = await killWorker(trial);
  return {
    summary: `${cut} database sessions cut, ${restart.failed} of ${restart.sent} requests failed${killed}`,
    value: true,
  };
}

interface Trial {
  readonly run: RehearsalRun;
  readonly application: Application;
  readonly ask: Ask;
  readonly paths: readonly string[];
}

/** Pages that have answered 200 before. */
function pathsOf({ project }: RehearsalRun, { health }: Application): readonly string[] {
  const pages = publicPages(project);
  return [...new Set([...pages, ...(health?.status === 200 ? [health.path] : [])])].slice(
    0,
    mostPaths,
  );
}

/**
 * Ends every session of the application: to its connections that is a restart of the server.
 * Answers how many there were.
 */
async function cutSessions({ address }: ScratchPostgres, signal: AbortSignal): Promise<number> {
  return await withPostgresSession(address, signal, async (query) => {
    const rows = await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND application_name NOT LIKE 'djdev%'`,
    );
    return rows.length;
  });
}

/** Asks for all pages, several at a time, `rounds` times over. */
async function ask(trial: Trial, rounds: number): Promise<Recovery> {
  const { clock } = trial.run.context;
  const startedMs = clock.monotonicMs();
  const failures: Answered[] = [];
  let sent = 0;
  let lasting = false;
  for (let round = 0; round < rounds; round += 1) {
    lasting = false;
    for (const path of trial.paths) {
      const same = Array.from({ length: concurrency }, () => trial.ask({ path }));
      const answers = await Promise.all(same);
      sent += answers.length;
      const failed = answers.filter(isFailure);
      failures.push(...failed);
      if (failed.length > 0) lasting = true;
    }
  }
  return { sent, failed: failures.length, lasting, evidence: describe(trial, failures, startedMs) };
}

function isFailure({ response }: Answered): boolean {
  return response === undefined || response.status >= 500;
}

function describe({ application }: Trial, [first]: readonly Answered[], sinceMs: number): string {
  if (first === undefined) return '';
  const { address, log } = application;
  return formatEvidence({ address, ...first, log: log.since(sinceMs) });
}

/** Kills one worker as the kernel does when memory runs out. Answers what to say of it. */
async function killWorker(trial: Trial): Promise<string> {
  const { run, application } = trial;
  const { engine, clock, signal } = run.context;
  const worker = chooseWorker(await application.processes);
  if (worker === undefined) return '';
  const command = ['python3', '-c', `import os; os.kill(${worker.pid}, 9)`];
  const { exitCode } = await engine.execToEnd(application.container.id, { command }, signal);
  if (exitCode !== 0) return '';
  const startedMs = clock.monotonicMs();
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;
  let recovery = await ask(trial, 1);
  while (recovery.lasting && elapsedMs() < replacementMs) {
    await clock.sleep(pauseMs, signal);
    const next = await ask(trial, 1);
    recovery = {
      ...next,
      sent: recovery.sent + next.sent,
      failed: recovery.failed + next.failed,
      evidence: recovery.evidence,
    };
  }
  reportFindings(run.context, checkWorkerKilled(recovery, worker));
  return `; a worker killed, ${recovery.failed} of ${recovery.sent} failed`;
}
