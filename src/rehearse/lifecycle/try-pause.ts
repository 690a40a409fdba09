import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import { type Pause, checkPause } from '../checks/pause.ts';
import type { Finding } from '../../report/finding.ts';
import { bearableRate, OpenLoop } from './open-loop.ts';
import { type Trial, waitUntilServing } from './trial.ts';

const mostPerSecond = 10;
const pauseSeconds = 1.5;
/** What waits when the database goes on has this long for its answer. */
const patienceMs = 10_000;

/**
 * Freezes everything in the database's container but PID 1 and itself, then lets it go on. The
 * connections stay open and nothing comes over them, as on a network that loses every packet. It
 * answers 3 where PID 1 is the server, which cannot be frozen from inside.
 */
const freeze = `
case "$(cat /proc/1/comm)" in postgres) exit 3;; esac
echo frozen
kill -STOP -1
sleep ${pauseSeconds}
kill -CONT -1
`.trim();

/** What a database that does not answer for a while has shown; `undefined`: it cannot be frozen. */
export async function tryPause(
  trial: Trial,
  server: ScratchPostgres,
): Promise<{ readonly findings: readonly Finding[]; readonly pause: Pause } | undefined> {
  const { engine, clock, signal } = trial.run.context;
  const { application, host, paths } = trial;
  const frozen = engine.execToEnd(server.containerId, { command: ['sh', '-c', freeze] }, signal);
  const perSecond = bearableRate(trial.answerMs, mostPerSecond);
  const plan = { address: application.address, host, paths, perSecond };
  const load = new OpenLoop(plan, clock, signal);
  load.start();
  const { exitCode } = await frozen;
  const backMs = clock.monotonicMs();
  if (exitCode !== 0) {
    await load.stop(patienceMs);
    return undefined;
  }
  const [recovered, requests] = await Promise.all([waitUntilServing(trial), load.stop(patienceMs)]);
  const during = requests.filter(({ sentMs }) => sentMs < backMs);
  const hung = during.filter(({ settledMs = Infinity }) => settledMs > backMs);
  const pause: Pause = {
    pauseMs: pauseSeconds * 1000,
    sent: during.length,
    hung: hung.length,
    lost: hung.filter(({ response }) => response === undefined || response.status >= 500).length,
    ...recovered,
  };
  return { pause, findings: checkPause(pause) };
}
