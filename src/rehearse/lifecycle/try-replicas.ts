import { quoteName } from '../../database/data/golden-template.ts';
import { withPostgresSession } from '../../database/postgres-session.ts';
import { checkReplicas } from '../checks/replicas.ts';
import { reportFindings } from '../report-findings.ts';
import { seedsOf, startReplica, waitForReplica } from './start-replica.ts';
import type { OtherStarts } from './try-other-starts.ts';

/** What a platform starts at once when it scales out; two meet each other as well as ten. */
const replicas = ['replica-1', 'replica-2'];
const patienceMs = 10_000;

/** Prints those of its arguments that are scripts. */
const printScripts =
  'for file; do case "$(head -c 2 "$file" 2>/dev/null)" in "#!") head -c 20000 "$file";; esac; done';

/** Whether the command of the web process, or a script that it runs, migrates. */
export async function migratesAtStart({
  run: { context },
  image,
  web,
  containerId,
}: OtherStarts): Promise<boolean> {
  const words = [...image.facts.entrypoint, ...(web.command ?? image.facts.command)];
  if (words.some((word) => migrates.test(word))) return true;
  const files = words.filter((word) => word.includes('/') || word.endsWith('.sh'));
  if (files.length === 0) return false;
  const command = ['sh', '-c', printScripts, 'sh', ...files];
  const { stdout } = await context.engine.execToEnd(containerId, { command }, context.signal);
  return migrates.test(stdout);
}

const migrates = /manage\.py\s+migrate\b|django-admin\s+migrate\b/u;

/** Starts several replicas at once on one empty database; only worth it where they migrate. */
export async function tryReplicas(starts: OtherStarts): Promise<string> {
  const { run, plan, image, web, server } = starts;
  const { context } = run;
  const database = 'djdev_replicas';
  const elsewhere = { ...server.address, database: 'postgres' };
  await withPostgresSession(elsewhere, context.signal, async (query) => {
    await query(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`);
    await query(`CREATE DATABASE ${quoteName(database)}`);
  });
  const ends = await Promise.all(
    replicas.map(async (role) => {
      await using replica = await startReplica(run, {
        role,
        process: web,
        image,
        environment: starts.environmentOn(database),
        seeds: seedsOf(starts.seed),
      });
      const deadlineMs = patienceMs + 10 * starts.bootMs;
      const outcome = await waitForReplica(run, plan, replica, { image, process: web, deadlineMs });
      if (outcome.type === 'ended') await replica.log.ended;
      const exitCode = outcome.type === 'ended' ? outcome.exit.exitCode : undefined;
      return { role, exitCode, log: replica.log.last(60) };
    }),
  );
  reportFindings(context, checkReplicas(ends));
  const ended = ends.filter(({ exitCode }) => exitCode !== undefined).length;
  return `${replicas.length} replicas at once, ${ended} ended`;
}
