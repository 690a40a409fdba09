import type { RehearsalPlan } from './plan.ts';
import { cleanUpTimeoutMs } from './resources.ts';
import type { RehearsalRun } from './run.ts';

/**
 * The end of a run with `--keep`: says what was kept and where it answers. An interrupted run
 * keeps nothing.
 */
export async function endKeptRun(run: RehearsalRun, plan: RehearsalPlan): Promise<void> {
  const { engine, session, signal, emit } = run.context;
  const late = AbortSignal.timeout(cleanUpTimeoutMs);
  const owned = await engine.listOwned({ worktree: run.project.id }, late);
  const own = owned.filter(({ ownership }) => ownership.session === session);
  if (signal.aborted) {
    const networks = own.filter(({ kind }) => kind === 'network');
    const others = own.filter(({ kind }) => kind !== 'network');
    await Promise.all(others.map((resource) => engine.removeOwned(resource, late)));
    await Promise.all(networks.map((resource) => engine.removeOwned(resource, late)));
    return;
  }
  const containers = own.filter(({ kind }) => kind === 'container');
  const web = containers.find(({ ownership }) => ownership.role === plan.boot.process);
  const facts = web && (await engine.inspectContainer(web.id, late));
  emit({
    type: 'environment-kept',
    urls: Object.values(facts?.publishedPorts ?? {}).map((port) => `http://${facts?.host}:${port}`),
    containers: containers.map(({ name }) => name),
  });
}
