import type { RehearseDefinition } from '../../project/project.ts';
import type { SmokeCheck, SmokeTest } from '../../project/smoke.ts';
import { smokeNotMeasured } from '../checks/smoke.ts';
import { reportFindings } from '../report-findings.ts';
import { type OpenedUsers, openUsers } from './open-users.ts';
import { nameTest, reportCheck, withoutSecrets } from './report-check.ts';
import { sendCheck } from './send-check.ts';
import type { SmokeContext, SmokeTarget } from './smoke-target.ts';
import { type Exchange, Visitor } from './visitor.ts';

/** What came of the tests beside their findings. */
export interface SmokeOutcome {
  readonly sent: number;
  readonly planned: number;
  /** What the visitor without steps and users saw, in order. */
  readonly exchanges: readonly Exchange[];
  /** The visitor of all entries without steps and users. */
  readonly visitor: Visitor;
  /** The last request was never answered, and so nothing more was sent. */
  readonly isHung: boolean;
  readonly notMeasured: number;
}

/**
 * Sends the smoke tests in order and reports what is not as expected. Users are made before and
 * removed after. What cannot be found out is reported too, and never passes.
 */
export async function runSmokeTests(
  context: SmokeContext,
  target: SmokeTarget,
  tests: RehearseDefinition['smokeTests'],
): Promise<SmokeOutcome> {
  const wanted = tests.flatMap(({ user }) => user ?? []);
  const areMade = wanted.length > 0 && !('reason' in target.inside);
  if (areMade) progress(context, 'users for the run');
  await using users = await openUsers(target.inside, wanted, context.signal);
  const run = new SmokeTestRun(context, target, users);
  for (const test of tests) {
    await run.run(test);
    if (run.isHung) break;
  }
  if (areMade) await removeUsers(context, users);
  return {
    sent: run.sent,
    planned: tests.reduce((sum, { checks }) => sum + checks.length, 0),
    exchanges: run.exchanges,
    visitor: run.visitor,
    isHung: run.isHung,
    notMeasured: run.notMeasured,
  };
}

async function removeUsers(context: SmokeContext, users: OpenedUsers): Promise<void> {
  progress(context, 'removing the users');
  for (const problem of await users.remove()) {
    reportFindings(context, [
      smokeNotMeasured({
        what: 'A user that was made for the smoke tests is still there',
        reason: problem,
        hint: 'Its name begins with djdev-; remove it by hand where the database is kept.',
        location: undefined,
      }),
    ]);
  }
}

class SmokeTestRun {
  readonly exchanges: Exchange[] = [];
  readonly visitor: Visitor;
  sent = 0;
  notMeasured = 0;
  isHung = false;
  readonly #context: SmokeContext;
  readonly #target: SmokeTarget;
  readonly #users: OpenedUsers;
  /** What entries without steps and users have captured. */
  readonly #captured = new Map<string, string>();

  constructor(context: SmokeContext, target: SmokeTarget, users: OpenedUsers) {
    this.#context = context;
    this.#target = target;
    this.#users = users;
    this.visitor = new Visitor(target, context.signal);
  }

  async run(test: SmokeTest): Promise<void> {
    const session = test.user && this.#users.sessionOf(test.user);
    const reason =
      session !== undefined && 'reason' in session
        ? `nobody could be logged in as ${test.user?.name}: ${session.reason}`
        : test.missing.length > 0
          ? `${test.missing.join(' and ')} ${test.missing.length === 1 ? 'has' : 'have'} no value`
          : undefined;
    if (reason !== undefined) return this.#skip(test, reason);
    const cookies = session !== undefined && 'cookie' in session ? [session.cookie] : [];
    const isOwn = test.isScenario || test.user !== undefined;
    const visitor = isOwn
      ? new Visitor({ ...this.#target, cookies }, this.#context.signal)
      : this.visitor;
    const captured = isOwn ? new Map<string, string>() : this.#captured;
    for (const [index, check] of test.checks.entries()) {
      const isFine = await this.#runCheck(test, index, { check, visitor, captured });
      if (this.isHung) return;
      const left = test.checks.slice(index + 1);
      if (!isFine && left.length > 0) return this.#breakOff(test, index);
    }
  }

  async #runCheck(
    test: SmokeTest,
    index: number,
    {
      check,
      visitor,
      captured,
    }: {
      readonly check: SmokeCheck;
      readonly visitor: Visitor;
      readonly captured: Map<string, string>;
    },
  ): Promise<boolean> {
    const { clock } = this.#context;
    progress(this.#context, `${check.method} ${check.path}`);
    const sentMs = clock.monotonicMs();
    const secrets = Object.entries(test.variables).map(([name, value]): [string, string] => [
      name,
      value.reveal(),
    ]);
    const outcome = await sendCheck(check, {
      context: this.#context,
      target: this.#target,
      visitor,
      carriesToken: test.isScenario,
      values: new Map([...secrets, ...captured]),
      shownValues: captured,
    });
    this.sent += 1;
    this.isHung = outcome.exchange.isHung;
    for (const [name, value] of outcome.captured) captured.set(name, value);
    if (!test.isScenario && test.user === undefined) this.exchanges.push(outcome.exchange);
    if (outcome.uncounted !== undefined) this.notMeasured += 1;
    const differences = outcome.differences.map((line) => withoutSecrets(line, secrets));
    const checked = { ...outcome, check, test, index, differences, sentMs };
    await reportCheck(this.#context, this.#target, checked);
    return differences.length === 0;
  }

  #skip(test: SmokeTest, reason: string): void {
    this.notMeasured += 1;
    const hint =
      test.missing.length > 0
        ? `Set ${test.missing.join(' and ')} in the shell or in .env. Write $$ for a dollar sign.`
        : 'A user is made by a program in the container that serves: in a rehearsal, and in djdev up.';
    const { location } = test;
    const finding = { what: `${nameTest(test)} was not tried`, reason, hint, location };
    reportFindings(this.#context, [smokeNotMeasured(finding)]);
  }

  /** Steps that rest on one that failed would say the same again. */
  #breakOff(test: SmokeTest, index: number): void {
    const left = test.checks.length - index - 1;
    progress(this.#context, `${nameTest(test)}: ${left} more left out`);
  }
}

function progress({ emit }: SmokeContext, text: string): void {
  emit({ type: 'step-progressed', step: 'smoke', text });
}
