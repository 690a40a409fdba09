import type { SmokeCheck, SmokeTest } from '../../project/smoke.ts';
import { formatEvidence } from '../checks/request-evidence.ts';
import { smokeFailed, smokeNotMeasured } from '../checks/smoke.ts';
import { reportFindings } from '../report-findings.ts';
import { describeRequest } from './describe-request.ts';
import type { CheckOutcome } from './send-check.ts';
import type { SmokeContext, SmokeTarget } from './smoke-target.ts';

/** A check that was made, and which one it is. */
interface MadeCheck extends CheckOutcome {
  readonly check: SmokeCheck;
  readonly test: SmokeTest;
  /** Place among the checks of the test. */
  readonly index: number;
  /** Of the monotonic clock, before it was sent. */
  readonly sentMs: number;
}

/** A line of log takes a moment through the engine; the answer comes by another way. */
const logDelayMs = 100;

/** Says how a check was answered, and what is not as expected. */
export async function reportCheck(
  context: SmokeContext,
  target: SmokeTarget,
  made: MadeCheck,
): Promise<void> {
  const { clock, emit, signal } = context;
  const { address } = target;
  const { check, test, exchange, ms, differences, uncounted } = made;
  const { request, response } = exchange;
  if (uncounted !== undefined) reportUncounted(context, check, uncounted);
  const ok = differences.length === 0;
  const seen = { kind: 'request', ok, ms } as const;
  emit({ type: 'request-answered', request: describeRequest(address, exchange, seen) });
  if (check.repeat > 1) {
    const name = `95th percentile of ${check.method} ${check.path}`;
    const measurement = { name, value: Math.round(ms), unit: 'ms' } as const;
    emit({ type: 'measurement-taken', step: 'smoke', measurement });
  }
  if (ok) return;
  if (target.logSince) await clock.sleep(logDelayMs, signal);
  const log = target.logSince?.(made.sentMs) ?? [];
  const shown = [...nameStep(test, made.index), ...differences];
  const evidence = formatEvidence({ address, request, response, differences: shown, log });
  const { method, path } = request;
  const failed = { method, path, differences, evidence, status: response?.status };
  const { location } = check;
  reportFindings(context, [smokeFailed({ ...failed, location, isWarning: test.isWarning })]);
}

function reportUncounted(context: SmokeContext, check: SmokeCheck, reason: string): void {
  reportFindings(context, [
    smokeNotMeasured({
      what: `The queries of ${check.method} ${check.path} were not counted`,
      reason,
      hint: 'They are counted in the log of a Postgres of djdev: in a rehearsal, and in djdev up.',
      location: check.location,
    }),
  ]);
}

/** A test for people: its name, else its first request. */
export function nameTest({ name, checks }: SmokeTest): string {
  const [first] = checks;
  return name === undefined ? `${first?.method} ${first?.path}` : `“${name}”`;
}

function nameStep(test: SmokeTest, index: number): readonly string[] {
  const { name, checks, user, isScenario } = test;
  const as = user === undefined ? '' : `, as ${user.name}`;
  if (isScenario) {
    const left = checks.length - index - 1;
    const rest = left === 0 ? '' : `; ${left} after it left out`;
    const step = name === undefined ? 'Step' : `“${name}”, step`;
    return [`${step} ${index + 1} of ${checks.length}${as}${rest}.`];
  }
  if (name === undefined && as === '') return [];
  return [name === undefined ? `Asked as ${user?.name}.` : `“${name}”${as}.`];
}

/** Very short values are in every text by coincidence. */
const shortestSecret = 3;

/** A line about an answer with the names of variables in place of their values. */
export function withoutSecrets(
  line: string,
  secrets: readonly (readonly [string, string])[],
): string {
  return secrets
    .filter(([, value]) => value.length >= shortestSecret)
    .reduce((text, [name, value]) => text.replaceAll(value, `$${name}`), line);
}
