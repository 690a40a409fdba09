import type { Project } from '../../project/project.ts';
import { judgeFinding, type Policy } from '../policy/judge-finding.ts';
import { watchFindings } from '../schedule/watch-findings.ts';
import { runSmokeList, summariseSmoke, type SmokeListOutcome } from './run-smoke-list.ts';
import type { SmokeContext, SmokeTarget } from './smoke-target.ts';

/** Whose run it is, for the report. */
interface SmokeRunName {
  readonly session: string;
  /** djdev's own version. */
  readonly version: string;
}

/**
 * Sends the manifest's smoke requests to a deployment that is there already, and emits the run from
 * `run-started` to `run-ended`. Throws when djdev itself cannot go on.
 */
export async function smokeDeployment(
  project: Project,
  target: SmokeTarget,
  context: SmokeContext,
  { policy, session, version }: SmokeRunName & { readonly policy: Policy },
): Promise<void> {
  const { clock, emit } = context;
  const findings = watchFindings(emit, (finding) => judgeFinding(finding, policy));
  const startedMs = clock.monotonicMs();
  const steps = ['smoke'] as const;
  emit({ type: 'run-started', command: 'smoke', project: project.name, session, version, steps });
  emit({ type: 'step-started', step: 'smoke' });
  const outcome = await runSmokeList({ ...context, emit: findings.emit }, target, project.rehearse);
  const ms = Math.round(clock.monotonicMs() - startedMs);
  const outcomes = { pass: 'passed', warn: 'warned', fail: 'failed' } as const;
  emit({
    type: 'step-ended',
    step: 'smoke',
    // Where nothing could be asked nothing has passed.
    outcome: wasAsked(outcome) ? outcomes[findings.worstLevel('smoke')] : 'skipped',
    ms,
    summary: summariseSmoke(outcome, []),
  });
  emit({ type: 'run-ended', ms, reason: 'completed' });
}

function wasAsked({ sent, exchanges, hurlFiles, isStopped }: SmokeListOutcome): boolean {
  return isStopped || sent > 0 || exchanges.length > 0 || hurlFiles > 0;
}
