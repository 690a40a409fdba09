import { randomBytes } from 'node:crypto';
import type { DjangoRunner } from '../../django/django-runner.ts';
import { findManagePath } from '../../django/manage-command.ts';
import {
  type CarriedAnswer,
  makeSkew,
  type MadeThings,
  readCachedValues,
  readSkew,
} from '../../django/run-skew.ts';
import type { EnvironmentValues } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Crossing } from '../../report/rollout-report.ts';
import type { RehearsalRun } from '../run.ts';
import { celeryApps } from './celery-apps.ts';
import { compareCachedValues, compareTasks } from './compare-carried.ts';
import { explainLoss } from './explain-loss.ts';

interface Releases {
  readonly old: DjangoRunner;
  readonly new: DjangoRunner;
  /** With a migrated copy of the database, to which rows may be added. */
  readonly onCopy: EnvironmentValues;
}

/** Lets both releases read every value that lies in caches which they share. */
export async function tryCachedValues(
  { context, project }: RehearsalRun,
  releases: Pick<Releases, 'old' | 'new'>,
): Promise<readonly Crossing[]> {
  const call = { manage: findManagePath(project.rehearse.release), environment: {} };
  try {
    const [old, own] = await Promise.all([
      readCachedValues(releases.old, call, context.signal),
      readCachedValues(releases.new, call, context.signal),
    ]);
    return compareCachedValues(old, own);
  } catch (error) {
    return notTried('cached', error, context.signal);
  }
}

/**
 * Lets each release make a session, a login, a CSRF token and a signature, and the other one read
 * them, and compares the tasks of their workers. What cannot be tried is in the result, with the reason.
 */
export async function trySkew(run: RehearsalRun, releases: Releases): Promise<readonly Crossing[]> {
  try {
    return await cross(run, releases);
  } catch (error) {
    return notTried('session', error, run.context.signal);
  }
}

/** What the probe could not do is no result about the application; anything else is thrown on. */
function notTried(
  what: Crossing['what'],
  error: unknown,
  signal: AbortSignal,
): readonly Crossing[] {
  signal.throwIfAborted();
  if (!(error instanceof DjdevError) || error.code !== 'DJ-DJANGO-RUNNER') throw error;
  const directions = ['old-to-new', 'new-to-old'] as const;
  const detail = error.message;
  return directions.map((direction) => ({ what, direction, outcome: 'not-tried', detail }));
}

async function cross(run: RehearsalRun, releases: Releases): Promise<readonly Crossing[]> {
  const { signal } = run.context;
  const { processes, rehearse, services } = run.project;
  const manage = findManagePath(rehearse.release);
  const salt = randomBytes(16).toString('hex');
  const onCopy = { manage, environment: releases.onCopy };
  const options = { salt, celery: celeryApps(processes) };
  const [made, known] = await Promise.all([
    makeSkew(releases.old, onCopy, options, signal),
    makeSkew(releases.new, onCopy, options, signal),
  ]);
  const [toNew, toOld] = await Promise.all([
    readSkew(releases.new, onCopy, { salt, made: made.made }, signal),
    readSkew(releases.old, onCopy, { salt, made: known.made }, signal),
  ]);
  return [
    ...describeCarried('old-to-new', toNew, { from: made.made, to: known.made }),
    ...describeCarried('new-to-old', toOld, { from: known.made, to: made.made }),
    ...compareTasks(made, known, services.length > 0),
  ];
}

function describeCarried(
  direction: Crossing['direction'],
  answers: readonly CarriedAnswer[],
  releases: { readonly from: MadeThings; readonly to: MadeThings },
): readonly Crossing[] {
  const { notMade } = releases.from;
  const read = answers.map(({ what, kept, tried, detail }): Crossing => {
    if (kept) return { what, direction, outcome: 'kept', detail: '' };
    if (!tried) return { what, direction, outcome: 'not-tried', detail };
    return { what, direction, outcome: 'lost', detail: explainLoss(what, detail, releases) };
  });
  const things = ['session', 'login', 'csrf'] as const;
  const missing = things.flatMap((what): Crossing[] => {
    const detail = notMade[what];
    return detail === undefined ? [] : [{ what, direction, outcome: 'not-tried', detail }];
  });
  return [...read, ...missing];
}
