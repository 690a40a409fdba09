import { deriveHealth } from '../project/derive-health.ts';
import { deriveSettings } from '../project/derive-settings.ts';
import {
  completeExample,
  describeContract,
  readExampleNames,
} from '../project/environment-contract.ts';
import { importCompose, type ImportedCompose } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import { demandedBy, planEnvironment, planServices } from './plan-environment.ts';
import { type ProcfileEntry, readProcfile } from './read-procfile.ts';
import { dockerignore, renderDockerfile } from './render-dockerfile.ts';
import { type ManifestParts, renderManifest } from './render-manifest.ts';
import { serverOrigin, webCommand } from './web-command.ts';

/** One thing that was found, and where. */
interface InitFinding {
  readonly what: string;
  readonly value: string;
  readonly why: string;
}

interface InitFile {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  /** One that is there stays as it is. */
  readonly exists: boolean;
}

/** All that `djdev init` would write, and what it thinks of the project. */
export interface InitPlan {
  readonly version: 1;
  readonly name: string;
  readonly found: readonly InitFinding[];
  readonly files: readonly InitFile[];
  /** What a person has to look at. */
  readonly open: readonly string[];
}

const nothingImported: ImportedCompose = {
  processes: [],
  services: [],
  environment: {},
  unmapped: [],
};

/** Decides what to write from what is known; throws `DJ-USAGE` for a Compose file that is none. */
export function planInit(facts: InitFacts): InitPlan {
  const { root, sources, procfile, compose } = facts;
  const imported = compose ? importCompose(compose.text, compose.name) : nothingImported;
  const procedures = procfile === undefined ? [] : readProcfile(procfile);
  const settings = deriveSettings(sources, undefined, root);
  const services = planServices(facts, imported.services);
  const environment = planEnvironment(facts, imported, services);
  const health = deriveHealth(sources, undefined, root);
  const command = webCommand(facts, procedures, imported);
  const parts: ManifestParts = {
    name: facts.name,
    settings: {
      ...(settings.dev === undefined ? {} : { dev: settings.dev.value }),
      ...(settings.prod === undefined ? {} : { prod: settings.prod.value }),
    },
    ...environment,
    processes: planProcesses(facts, procedures, imported, health?.value),
    services,
    release: procedures.filter(({ name }) => name === 'release').map(({ command }) => command),
    host: undefined,
  };
  const entries = describeContract([], facts.reads, readExampleNames(''));
  const texts: Readonly<Record<string, string>> = {
    'djdev.yaml': renderManifest(parts),
    Dockerfile: renderDockerfile({
      python: facts.python,
      dependencies: facts.dependencies,
      codeDirectory: sources.codeDirectory ?? '.',
      settings: settings.prod?.value,
      demanded: demandedBy(facts),
      collects: sources.settings.some(({ text }) => text.includes('STATIC_ROOT')),
      command,
    }),
    '.dockerignore': dockerignore,
    '.env.example': completeExample('', entries),
  };
  return {
    version: 1,
    name: facts.name,
    found: [
      { what: 'manage.py', value: sources.managePy?.path ?? '', why: 'the nearest one' },
      ...(['dev', 'prod'] as const).flatMap((mode) => {
        const found = settings[mode];
        const what = mode === 'dev' ? 'settings, development' : 'settings, production';
        return found ? [{ what, value: found.value, why: found.origin.text }] : [];
      }),
      { what: 'packages', value: describePackages(facts), why: 'the files that are there' },
      { what: 'server', value: command.join(' '), why: serverOrigin(facts, procedures, imported) },
      ...(health ? [{ what: 'health URL', value: health.value, why: health.origin.text }] : []),
      ...services.map(({ name, why }) => ({ what: 'service', value: name, why })),
    ],
    files: Object.entries(texts).map(([path, text]) => ({
      path,
      text,
      exists:
        facts.existing.has(path) || (path === 'djdev.yaml' && facts.existing.has('djdev.yml')),
    })),
    open: [
      ...environment.open.map(({ name, why }) => `${name} has no value (${why}).`),
      ...(facts.dependencies.kind === 'none'
        ? ['No requirements were found: write requirements.txt with pinned versions.']
        : []),
      ...(health ? [] : ['No health URL was found: add one that asks the database, /healthz/.']),
      ...imported.unmapped.map((text) => `Not taken over from ${compose?.name ?? ''}: ${text}.`),
    ],
  };
}

function describePackages({ dependencies }: InitFacts): string {
  return dependencies.kind === 'pip' ? dependencies.file : dependencies.kind;
}

function planProcesses(
  facts: InitFacts,
  procfile: readonly ProcfileEntry[],
  imported: ImportedCompose,
  health: string | undefined,
): ManifestParts['processes'] {
  const others = new Map<string, string>();
  for (const { name, command } of imported.processes) {
    if (name !== 'web' && command !== undefined) others.set(name, command);
  }
  // One of the two says it: a Procfile beside a Compose file mostly repeats it.
  for (const { name, command } of facts.compose === undefined ? procfile : []) {
    if (name !== 'web' && name !== 'release') others.set(name, command);
  }
  const hasDockerfile = facts.existing.has('Dockerfile');
  return [
    // With a Dockerfile its own CMD, EXPOSE and HEALTHCHECK say it.
    ...(hasDockerfile
      ? []
      : [{ name: 'web', port: 8000, ...(health === undefined ? {} : { health }) }]),
    ...[...others].map(([name, command]) => ({ name, command })),
  ];
}
