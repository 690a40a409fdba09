import { expect, test } from 'vitest';
import { systemClock } from '../../../../src/context/clock.ts';
import type { Context, EventBody } from '../../../../src/context/context.ts';
import { DjdevError } from '../../../../src/errors/djdev-error.ts';
import type { PlannedStep } from '../../../../src/rehearse/plan.ts';
import type { StepResult } from '../../../../src/rehearse/run.ts';
import { createSchedule } from '../../../../src/rehearse/schedule/schedule.ts';
import { watchFindings } from '../../../../src/rehearse/schedule/watch-findings.ts';
import type { Level } from '../../../../src/report/finding.ts';
import type { StepId } from '../../../../src/report/step.ts';

/** A schedule of which only the part of the context exists that it uses. */
function openSchedule(plan: readonly PlannedStep[] = []) {
  const events: EventBody[] = [];
  const findings = watchFindings(
    (event) => events.push(event),
    (finding) => finding,
  );
  const abort = new AbortController();
  const context = {
    clock: systemClock,
    signal: abort.signal,
    emit: findings.emit,
  } as unknown as Context;
  const report = (step: StepId, level: Level): void =>
    findings.emit({
      type: 'finding-reported',
      finding: { code: 'deploy-check', level, step, title: '', detail: '', hint: '' },
    });
  /** `id outcome: summary` of every step that has ended. */
  const ended = (): readonly string[] =>
    events.flatMap((event) =>
      event.type === 'step-ended' ? [`${event.step} ${event.outcome}: ${event.summary}`] : [],
    );
  return { ...createSchedule(context, plan, findings.worstLevel), abort, report, ended };
}

const done = async <T>(value: T): Promise<StepResult<T>> => ({ summary: 'done', value });

test('a step gets the values of its needs, and its outcome from its findings', async () => {
  const { step, report, ended } = openSchedule();
  const build = step('build', { needs: [] }, () => done(20));
  const database = step('database', { needs: [] }, () => done('pg'));
  const migrate = step('migrate', { needs: [build, database] }, async (number, text) => {
    report('migrate', 'warn');
    return done(`${text}${number}`);
  });
  expect(await migrate.settled).toEqual({ outcome: 'warned', value: 'pg20', leftOut: false });
  expect(ended()).toEqual(['build passed: done', 'database passed: done', 'migrate warned: done']);
});

test('a failure skips only what depends on it', async () => {
  const { step, report, ended } = openSchedule();
  const build = step('build', { needs: [] }, async () => {
    report('build', 'fail');
    return { summary: 'RUN failed', value: undefined };
  });
  const database = step('database', { needs: [] }, () => done(1));
  const image = step('image', { needs: [build] }, () => done(1));
  const boot = step('boot', { needs: [], after: [image] }, () => done(1));
  await Promise.all([boot.settled, database.settled]);
  expect(ended().toSorted()).toEqual([
    'boot skipped: needs image, which was skipped',
    'build failed: RUN failed',
    'database passed: done',
    'image skipped: needs build, which failed',
  ]);
});

test('what comes after a step that was left out goes on', async () => {
  const { step, ended } = openSchedule([
    { id: 'migrate', needs: [], after: [], leftOut: 'left out by --skip' },
  ]);
  const migrate = step('migrate', { needs: [] }, () => done(1));
  const boot = step('boot', { needs: [], after: [migrate] }, () => done(1));
  await boot.settled;
  expect(ended()).toEqual(['migrate skipped: left out by --skip', 'boot passed: done']);
});

test('a step that awaits another runs after it whichever way that ended', async () => {
  const { step, report, ended } = openSchedule();
  const smoke = step('smoke', { needs: [] }, async () => {
    report('smoke', 'fail');
    return { summary: '1 of 2', value: undefined };
  });
  const shutdown = step('shutdown', { needs: [], awaits: [smoke] }, () => done(1));
  await shutdown.settled;
  expect(ended()).toEqual(['smoke failed: 1 of 2', 'shutdown passed: done']);
});

test('an error ends its step, is kept for the report, and lets the others run', async () => {
  const { step, errors, ended } = openSchedule();
  const lost = new DjdevError('DJ-CONTAINER-LOST', { message: 'The container is gone.' });
  const database = step('database', { needs: [] }, () => Promise.reject(lost));
  const build = step('build', { needs: [] }, () => done(1));
  const migrate = step('migrate', { needs: [build, database] }, () => done(1));
  await migrate.settled;
  expect(errors).toEqual([lost]);
  expect(ended().toSorted()).toEqual([
    'build passed: done',
    'database error: A container was removed or killed from outside. (DJ-CONTAINER-LOST)',
    'migrate skipped: needs database, which could not be run',
  ]);
});

test('an abort interrupts what runs and skips what has not begun', async () => {
  const { step, abort, errors, ended } = openSchedule();
  const build = step('build', { needs: [] }, async () => {
    abort.abort();
    throw new Error('broken off');
  });
  const image = step('image', { needs: [build] }, () => done(1));
  await image.settled;
  expect(errors).toEqual([]);
  expect(ended()).toEqual([
    'build interrupted: ',
    'image skipped: the run was interrupted before it',
  ]);
});
