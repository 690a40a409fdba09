import { type DjangoRunner } from '../../django/django-runner.ts';
import { findManagePath } from '../../django/manage-command.ts';
import { type ReversedMigration, runReverse } from '../../django/run-reverse.ts';
import type { EnvironmentValues } from '../../engine/engine.ts';
import type { MigrationReport } from '../../report/migration-report.ts';
import type { RehearsalPlan } from '../plan.ts';
import { within } from '../resources.ts';
import type { RehearsalRun } from '../run.ts';
import { Visitor } from '../smoke/visitor.ts';
import type { OpenedPrevious } from '../steps/previous.ts';
import { servePrevious } from './serve-previous.ts';

/** The old image once more, on the new schema. */
export interface RollbackTrial {
  /** Why it did not come up: the rest of a sentence. */
  readonly failure: string | undefined;
  readonly log: readonly string[];
  /** `POST /loans/ answers 500`, of those that it answered before the migration. */
  readonly failed: readonly string[];
  readonly requests: number;
}

/** Starts the old image on the migrated copy and sends every smoke request once. */
export async function tryOldImage(
  run: RehearsalRun,
  plan: RehearsalPlan,
  { image, files, healthy }: OpenedPrevious,
  environment: EnvironmentValues,
): Promise<RollbackTrial> {
  const scope = run.context.scope.child();
  try {
    const start = { role: 'rollback', image, environment, files };
    const serving = await servePrevious(within(run, scope), plan, start);
    if ('failure' in serving) {
      return { failure: serving.failure, log: serving.log, failed: [], requests: 0 };
    }
    const visitor = new Visitor(
      { address: serving.address, host: plan.boot.host },
      run.context.signal,
    );
    const failed: string[] = [];
    for (const request of healthy) {
      const { response, failure } = await visitor.send(request);
      const name = `${request.method} ${request.path}`;
      if (response === undefined) failed.push(`${name}: ${failure}`);
      else if (response.status >= 500) failed.push(`${name} answers ${response.status}`);
    }
    const { exceptions } = serving.log;
    const log = exceptions.map(({ text }) => text);
    return { failure: undefined, log: [...new Set(log)], failed, requests: healthy.length };
  } finally {
    await scope[Symbol.asyncDispose]();
  }
}

/** Takes this release's migrations back on the copy. */
export async function tryReverse(
  { context, project }: RehearsalRun,
  runner: DjangoRunner,
  environment: EnvironmentValues,
  applied: readonly Pick<MigrationReport, 'app' | 'name'>[],
): Promise<readonly ReversedMigration[]> {
  const manage = findManagePath(project.rehearse.release);
  return await runReverse(runner, { manage, environment }, applied, context.signal);
}
