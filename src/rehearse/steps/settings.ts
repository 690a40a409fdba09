import type { DjangoFacts } from '../../django/django-facts.ts';
import type { DjangoRunner } from '../../django/django-runner.ts';
import { inspectDjango } from '../../django/inspect-django.ts';
import { findManagePath } from '../../django/manage-command.ts';
import { checkDeployMessages } from '../checks/deploy-check.ts';
import { checkImport, imageWithoutDjango, importBrokeOff } from '../checks/deploy-check-import.ts';
import { createLocatePath } from '../checks/deploy-check-location.ts';
import { checkMissingMigrations } from '../checks/migration-missing.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/** Imports the project with its production settings, and lets Django judge them. */
export async function runSettings(
  run: RehearsalRun,
  runner: DjangoRunner,
): Promise<StepResult<DjangoFacts>> {
  const { context, project } = run;
  if (runner.ready.django === null) {
    reportFindings(context, [imageWithoutDjango(runner.ready)]);
    return { summary: 'Django is not in the image', value: undefined };
  }
  const manage = findManagePath(project.rehearse.release);
  const inspection = await inspectDjango(runner, manage, context.signal);
  const { facts, messages, changes, result } = inspection;
  const locate = createLocatePath(runner.ready.directory, project);
  // A storage that cannot be created is reported by the static step, which meets it again.
  const failures = inspection.failures.filter(({ stage }) => stage !== 'static');
  reportFindings(context, [
    ...failures.map((failure) => checkImport(failure, locate)),
    ...(facts || failures.length > 0 ? [] : [importBrokeOff(result)]),
    ...(messages ? checkDeployMessages(messages) : []),
    ...(changes ? checkMissingMigrations(changes) : []),
  ]);
  return { summary: facts ? describeFacts(facts) : 'the project does not import', value: facts };
}

function describeFacts({ django, python, settingsModule }: DjangoFacts): string {
  return `${settingsModule}, Django ${django} on Python ${python}`;
}
