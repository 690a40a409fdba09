import type { Application } from '../application.ts';
import type { Recovery } from '../checks/recovery.ts';
import { formatEvidence } from '../checks/request-evidence.ts';
import type { RehearsalRun } from '../run.ts';
import type { Answered, Ask } from '../wire/ask.ts';

/** Where requests go. */
export interface Visits {
  readonly run: RehearsalRun;
  readonly application: Application;
  readonly host: string;
  readonly ask: Ask;
  /** Pages that have answered 200 before. */
  readonly paths: readonly string[];
}

/** What everything that takes something away from the application works with. */
export interface Trial extends Visits {
  /** How soon it has to serve again. */
  readonly allowedMs: number;
  /** What an answer took while nothing was wrong, several at a time. */
  readonly answerMs: number;
}

/** Requests at a time: enough to reach every worker of a small server. */
const concurrency = 4;

/** Asks for all pages, several at a time, `rounds` times over. */
export async function askRounds(trial: Visits, rounds: number): Promise<Recovery> {
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
  return {
    sent,
    failed: failures.length,
    lasting,
    evidence: describeFailure(trial, failures[0], startedMs),
  };
}

/** Asks every page once, at the same time. */
export async function askOnce({ ask, paths }: Visits): Promise<readonly Answered[]> {
  return await Promise.all(paths.map(async (path) => await ask({ path })));
}

export function isFailure({ response }: Answered): boolean {
  return response === undefined || response.status >= 500;
}

/** A failed request, its answer and the lines that the application wrote from then on. */
export function describeFailure(
  { application }: Visits,
  failure: Answered | undefined,
  sinceMs: number,
): string {
  if (failure === undefined) return '';
  const { address, log } = application;
  return formatEvidence({ address, ...failure, log: log.since(sinceMs) });
}

/** How long the application is waited for, at least, when it has back what was taken away. */
const patienceMs = 15_000;
const pauseMs = 100;

/** How an application came back. */
interface Return {
  readonly backMs: number;
  readonly serves: boolean;
  /** Within the time that it has. */
  readonly isPrompt: boolean;
  readonly evidence: string;
}

/** Asks until every page answers again: after how many milliseconds, and the last failure. */
export async function waitUntilServing(trial: Trial): Promise<Return> {
  const { clock, signal } = trial.run.context;
  const startedMs = clock.monotonicMs();
  let failure: Answered | undefined;
  for (;;) {
    const answers = await askOnce(trial);
    const failed = answers.find(isFailure);
    failure = failed ?? failure;
    const ms = clock.monotonicMs() - startedMs;
    const serves = failed === undefined;
    if (serves || ms > Math.max(patienceMs, 2 * trial.allowedMs)) {
      const evidence = describeFailure(trial, failure, startedMs);
      return { backMs: ms, serves, isPrompt: serves && ms <= trial.allowedMs, evidence };
    }
    await clock.sleep(pauseMs, signal);
  }
}
