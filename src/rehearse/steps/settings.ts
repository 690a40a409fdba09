import type { DjangoFacts } from '../../django/django-facts.ts';
import type { DjangoRunner } from '../../django/django-runner.ts';
import { extraStages, inspectDjango } from '../../django/inspect-django.ts';
import type { ImageFacts } from '../../engine/engine.ts';
import type { PracticeFacts } from '../../django/practice-facts.ts';
import { findManagePath } from '../../django/manage-command.ts';
import { type Fallback, tryWithout } from '../../django/try-without.ts';
import type { Project, Variable } from '../../project/project.ts';
import { variablesFor } from '../../project/resolve-environment.ts';
import { checkDataKept } from '../checks/data-kept.ts';
import { checkDeployMessages } from '../checks/deploy-check.ts';
import { checkImport, imageWithoutDjango, importBrokeOff } from '../checks/deploy-check-import.ts';
import { createLocatePath } from '../checks/deploy-check-location.ts';
import {
  checkRemovals,
  checkUnreadVariables,
  demandedVariables,
  writtenVariables,
} from '../checks/environment-contract.ts';
import { checkErrorLogging } from '../checks/error-logging.ts';
import { checkErrorPages } from '../checks/error-pages.ts';
import { checkMissingMigrations } from '../checks/migration-missing.ts';
import { checkProductionSettings } from '../checks/production-settings.ts';
import { type RemovalTrials, reportVariables } from '../checks/report-variables.ts';
import { checkFallbacks, type FallbackTrials } from '../checks/settings-fallback.ts';
import { checkStaticAssets } from '../checks/static-assets.ts';
import { checkTemplates } from '../checks/templates.ts';
import { checkWritable } from '../checks/writable.ts';
import { webProcess } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { targetOf } from '../target/target-of.ts';

/** Imports the project with its production settings, and lets Django judge them. */
export async function runSettings(
  run: RehearsalRun,
  runner: DjangoRunner,
  image: Pick<ImageFacts, 'entrypoint' | 'command' | 'volumes'> = nothingKnown,
): Promise<StepResult<DjangoFacts & { readonly practice?: PracticeFacts | undefined }>> {
  const { context, project } = run;
  if (runner.ready.django === null) {
    reportFindings(context, [imageWithoutDjango(runner.ready)]);
    return { summary: 'Django is not in the image', value: undefined };
  }
  const manage = findManagePath(project.rehearse.release);
  const variables = variablesFor(project, 'prod');
  const options = {
    variables: writtenVariables(variables).map(({ name }) => name),
    command: [...image.entrypoint, ...(webProcess(project).command ?? image.command)],
  };
  const inspection = await inspectDjango(runner, manage, context.signal, options);
  const { facts, messages, changes, practice, logging, pages, result } = inspection;
  const { templates, unread, writable, assets } = inspection;
  const locate = createLocatePath(runner.ready.directory, project);
  // A storage that cannot be created is reported by the static step, which meets it again.
  const failures = inspection.failures.filter(
    ({ stage }) => stage !== 'static' && !extraStages.has(stage),
  );
  reportFindings(context, [
    ...failures.map((failure) => checkImport(failure, locate)),
    ...(facts || failures.length > 0 ? [] : [importBrokeOff(result)]),
    ...(messages ? checkDeployMessages(messages) : []),
    ...(changes ? checkMissingMigrations(changes) : []),
    ...(facts && practice ? checkProductionSettings(facts, practice, locate) : []),
    ...(logging ? checkErrorLogging(logging) : []),
    ...(pages && failures.length === 0 ? checkErrorPages(pages, hasManifest(facts), locate) : []),
    ...(templates && failures.length === 0 ? checkTemplates(templates, locate) : []),
    ...checkUnreadVariables(unread, variables),
    ...(writable ? checkWritable(writable, image.volumes) : []),
    ...(writable && facts ? checkDataKept(targetOf(project).name, writable, facts.databases) : []),
    ...(assets ? checkStaticAssets(assets) : []),
  ]);
  const keyVariables = practice?.secretKeyVariables;
  const [fallbacks, removals] =
    keyVariables === undefined
      ? []
      : await Promise.all([
          tryFallbacks(run, runner, manage, keyVariables),
          tryRemovals(run, runner, manage, keyVariables),
        ]);
  const tried = reportVariables(variables, { unread, fallbacks, removals });
  if (tried.length > 0) context.emit({ type: 'environment-tried', variables: tried });
  return {
    summary: facts ? describeFacts(facts) : 'the project does not import',
    value: facts && { ...facts, practice },
  };
}

const nothingKnown = { entrypoint: [], command: [], volumes: [] };

/** The hashed names of static files are in the image already. */
function hasManifest(facts: DjangoFacts | undefined): boolean {
  const found = facts?.static;
  return found?.storage != null && found.manifest?.exists === true;
}

/** The part of a value stands for the project's Postgres. */
function namesPostgres(
  part: NonNullable<Variable['parts']>[number],
  { services }: Project,
): boolean {
  if (typeof part === 'string' || !('service' in part)) return false;
  return services.some(({ name, kind }) => name === part.service && kind === 'postgres');
}

/** Takes the secret key and the database away, one after the other, and looks what happens. */
async function tryFallbacks(
  { context, project }: RehearsalRun,
  runner: DjangoRunner,
  manage: string | undefined,
  keyVariables: readonly string[],
): Promise<FallbackTrials> {
  const databaseVariables = variablesFor(project, 'prod')
    .filter(({ parts = [] }) => parts.some((part) => namesPostgres(part, project)))
    .map(({ name }) => name);
  const without = async (unset: readonly string[]): Promise<Fallback | undefined> =>
    unset.length === 0 ? undefined : await tryWithout(runner, { manage, unset }, context.signal);
  const [withoutKey, withoutDatabase] = await Promise.all([
    without(keyVariables),
    without(databaseVariables),
  ]);
  const trials = { keyVariables, withoutKey, databaseVariables, withoutDatabase };
  reportFindings(context, checkFallbacks(trials));
  return trials;
}

/** Takes each variable away that the manifest demands, one after the other. */
async function tryRemovals(
  { context, project }: RehearsalRun,
  runner: DjangoRunner,
  manage: string | undefined,
  keyVariables: readonly string[],
): Promise<RemovalTrials | undefined> {
  const demanded = demandedVariables(variablesFor(project, 'prod')).filter(
    ({ name }) => !keyVariables.includes(name),
  );
  if (demanded.length === 0) return undefined;
  const without = (unset: readonly string[]): Promise<Fallback | undefined> =>
    tryWithout(runner, { manage, unset }, context.signal);
  const [first, second, ...trials] = await Promise.all([
    without([]),
    without([]),
    ...demanded.slice(0, mostRemovals).map(async (variable) => ({
      variable,
      without: await without([variable.name]),
    })),
  ]);
  const baselines = [first, second].filter((fallback) => fallback !== undefined);
  if (baselines.length < 2) return undefined;
  reportFindings(context, checkRemovals(baselines, trials));
  return { baselines, trials };
}

/** Each is a fork that imports the settings, so that a hundred variables cost no minute. */
const mostRemovals = 20;

function describeFacts({ django, python, settingsModule }: DjangoFacts): string {
  return `${settingsModule}, Django ${django} on Python ${python}`;
}
