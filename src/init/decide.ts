import { deriveHealth } from '../project/derive-health.ts';
import type { Derived } from '../project/derived.ts';
import { type ChosenBuild, chooseBuild } from './choose-build.ts';
import { chooseCompose, type Compose } from './choose-compose.ts';
import { followScripts } from './describe-start.ts';
import { type ImportedCompose, importCompose, nothingImported } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import { type PlannedEnvironment, planEnvironment } from './plan-environment.ts';
import { type PlannedProcess, planProcesses } from './plan-processes.ts';
import { type PlannedService, planServices, usesSqlite } from './plan-services.ts';
import { type PlannedSettings, planSettings } from './plan-settings.ts';
import { type PlannedWeb, planWeb } from './plan-web.ts';
import { type ProcfileEntry, readProcfile } from './read-procfile.ts';

/** What is thought of a project: all that the files and the words of `djdev init` follow from. */
export interface Decisions {
  readonly compose: Compose | undefined;
  /** Absent: there is no Dockerfile for production. */
  readonly build: ChosenBuild | undefined;
  readonly imported: ImportedCompose;
  readonly procfile: readonly ProcfileEntry[];
  readonly settings: PlannedSettings;
  readonly services: readonly PlannedService[];
  readonly health: Derived<string> | undefined;
  /** The settings file of a project whose database is SQLite. */
  readonly sqlite: string | undefined;
  readonly web: PlannedWeb;
  readonly processes: readonly PlannedProcess[];
  readonly environment: PlannedEnvironment;
}

/** Throws `DJ-USAGE` for a Compose file that was asked for and is none. */
export function decide(facts: InitFacts): Decisions {
  const compose = chooseCompose(facts);
  const build = chooseBuild(facts, compose);
  const imported = compose ? importCompose(compose, build, facts.dockerfiles) : nothingImported;
  const procfile = facts.procfile === undefined ? [] : readProcfile(facts.procfile);
  const settings = planSettings(facts, build);
  const services = planServices(facts, imported, compose?.path ?? '');
  const health = deriveHealth(facts.sources, build?.stage, facts.root);
  const sqlite = usesSqlite(facts);
  const web = planWeb(facts, { build, compose, imported, procfile, sqlite });
  const hasBroker = services.some(
    ({ name }) => name === 'redis' || /rabbit|broker|amqp/u.test(name),
  );
  const processes = planProcesses(facts, { build, imported, procfile, hasBroker });
  const startText = describeCommands(facts, build, web, processes);
  const environment = planEnvironment(facts, { imported, services, settings, compose, startText });
  return {
    compose,
    build,
    imported,
    procfile,
    settings,
    services,
    health,
    sqlite,
    web,
    processes,
    environment,
  };
}

/** What starts the containers, with the scripts of the project that do it. */
function describeCommands(
  facts: InitFacts,
  build: ChosenBuild | undefined,
  web: PlannedWeb,
  processes: readonly { readonly command: string }[],
): string {
  const image = build && [build.stage.entrypoint?.text ?? '', build.stage.command?.text ?? ''];
  const commands = [
    ...(image ?? []),
    web.command ?? '',
    ...processes.map(({ command }) => command),
  ];
  return commands.map((command) => followScripts(facts, command)).join('\n');
}
