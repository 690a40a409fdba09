import path from 'node:path';
import { deriveHealth } from '../project/derive-health.ts';
import { deriveHostsVariable } from '../project/derive-hosts.ts';
import { deriveSecretKey } from '../project/derive-secret-key.ts';
import {
  completeExample,
  describeContract,
  readExampleNames,
} from '../project/environment-contract.ts';
import { type ChosenBuild, chooseBuild } from './choose-build.ts';
import { chooseCompose } from './choose-compose.ts';
import { followScripts } from './describe-start.ts';
import { findConfiguration } from './find-switches.ts';
import { findWrittenPlaces } from './find-written-places.ts';
import { renderHealthPatch } from './health-patch.ts';
import { type ImportedCompose, importCompose, nothingImported } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import { demandedBy, planEnvironment } from './plan-environment.ts';
import { planProcesses, planRelease } from './plan-processes.ts';
import { planServices, usesSqlite } from './plan-services.ts';
import { planSettings, type PlannedSettings } from './plan-settings.ts';
import { planWeb, type PlannedWeb } from './plan-web.ts';
import { planSmoke } from './plan-smoke.ts';
import { readProcfile } from './read-procfile.ts';
import { renderCiJob } from './render-ci-job.ts';
import { type DockerfileParts, dockerignore, renderDockerfile } from './render-dockerfile.ts';
import { type ManifestParts, renderManifest } from './render-manifest.ts';

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
  /** Adds a health URL where there is none, for `git apply`; nothing applies it unasked. */
  readonly healthPatch: string | undefined;
}

/** Decides what to write from what is known; throws `DJ-USAGE` for a Compose file that is none. */
export function planInit(
  facts: InitFacts,
  { ci }: { readonly ci: boolean } = { ci: false },
): InitPlan {
  const { root, sources, reads, paths } = facts;
  const compose = chooseCompose(facts);
  const build = chooseBuild(facts, compose);
  const imported = compose ? importCompose(compose, build, facts.dockerfiles) : nothingImported;
  const procfile = facts.procfile === undefined ? [] : readProcfile(facts.procfile);
  const settings = planSettings(facts, build);
  const services = planServices(facts, imported, compose?.path ?? '');
  const health = deriveHealth(sources, build?.stage, root);
  const sqlite = usesSqlite(facts);
  const web = planWeb(facts, { build, compose, imported, procfile, sqlite });
  const hasBroker = services.some(
    ({ name }) => name === 'redis' || /rabbit|broker|amqp/u.test(name),
  );
  const processes = planProcesses(facts, { build, imported, procfile, hasBroker });
  const startText = describeCommands(facts, build, web, processes);
  const environment = planEnvironment(facts, { imported, services, settings, compose, startText });
  const manifest: ManifestParts = {
    name: facts.name,
    build: describeBuild(build),
    settings: {
      ...(settings.dev === undefined ? {} : { dev: settings.dev.value }),
      ...(settings.prod === undefined ? {} : { prod: settings.prod.value }),
    },
    environment: [
      ...environment.entries,
      ...(web.portVariable === undefined
        ? []
        : [{ name: 'PORT', value: JSON.stringify(web.portVariable), why: web.why }]),
    ],
    processes: [...describeWeb(web, build, health?.value), ...processes],
    services: services.map(({ name, value, why }) => ({ name, value, why })),
    release: planRelease(facts, procfile, build),
    smoke: planSmoke(facts, health?.value),
  };
  const patch = health ? undefined : renderHealthPatch(facts, settings);
  const texts: Readonly<Record<string, string | undefined>> = {
    'djdev.yaml': renderManifest(manifest),
    Dockerfile: build
      ? undefined
      : renderDockerfile(describeDockerfile(facts, settings, web, sqlite)),
    [path.posix.join(build?.context ?? '.', '.dockerignore')]: ignoreFile(build),
    '.env.example': hasExample(facts)
      ? undefined
      : completeExample('', describeContract([], reads, readExampleNames(''))),
    ...(ci ? ciFile(paths) : {}),
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
      { what: 'packages', value: facts.dependencies.file || 'none', why: describePackages(facts) },
      ...(build
        ? [{ what: 'Dockerfile', value: describeDockerfileChoice(build), why: build.why }]
        : []),
      { what: 'server', value: web.shown, why: web.why },
      ...processes.map(({ name, command }) => ({ what: 'process', value: name, why: command })),
      ...(health ? [{ what: 'health URL', value: health.value, why: health.origin.text }] : []),
      ...services
        .filter(({ value }) => value !== 'false')
        .map(({ name, why }) => ({ what: 'service', value: name, why })),
    ],
    files: Object.entries(texts).flatMap(([file, text]) =>
      text === undefined ? [] : [{ path: file, text, exists: isThere(file, paths) }],
    ),
    open: [
      ...describeMadeUp(environment.madeUp),
      ...web.open,
      ...settings.open,
      ...describeDatabase(sqlite, facts),
      ...describeRedirect(settings),
      ...(facts.dependencies.kind === 'none'
        ? ['No requirements were found: write requirements.txt with pinned versions.']
        : []),
      ...(sources.settings.some(({ text }) => /\bSTATIC_ROOT\b/u.test(text))
        ? []
        : [
            'STATIC_ROOT is not set, so production has no static files: set it, and serve it with WhiteNoise.',
          ]),
      ...describeHealth(health !== undefined, patch),
      ...describeUnmapped(facts, imported, compose?.path ?? ''),
    ],
    healthPatch: patch,
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

/** Keys that djdev would not find by itself. */
function describeBuild(build: ChosenBuild | undefined): ManifestParts['build'] {
  if (build === undefined) return { why: '' };
  const { dockerfile, context, target, args, why } = build;
  return {
    ...(dockerfile === 'Dockerfile' ? {} : { dockerfile }),
    ...(context === '.' ? {} : { context }),
    ...(target === undefined ? {} : { target }),
    ...(Object.keys(args).length === 0 ? {} : { args }),
    why,
  };
}

function describeWeb(
  { command, port }: PlannedWeb,
  build: ChosenBuild | undefined,
  health: string | undefined,
): ManifestParts['processes'] {
  // With a Dockerfile its own CMD, EXPOSE and HEALTHCHECK say it.
  if (build !== undefined && command === undefined && port === undefined) return [];
  return [
    {
      name: 'web',
      ...(command === undefined ? {} : { command }),
      ...(build === undefined ? { port: 8000 } : port === undefined ? {} : { port }),
      ...(health === undefined ? {} : { health }),
    },
  ];
}

function describeDockerfile(
  facts: InitFacts,
  settings: PlannedSettings,
  { server }: PlannedWeb,
  sqlite: string | undefined,
): DockerfileParts {
  const { sources, root, reads } = facts;
  const demanded = demandedBy(facts, settings);
  // Read with a default of None, and Django refuses None.
  const others = [
    deriveSecretKey(sources, root)?.value,
    deriveHostsVariable(sources, root)?.value.name,
  ];
  const usual = others.flatMap((name) => {
    const read = reads.find((one) => one.name === name && one.written === undefined);
    return read === undefined || demanded.some((one) => one.name === name) ? [] : [read];
  });
  return {
    python: facts.python,
    dependencies: facts.dependencies,
    codeDirectory: sources.codeDirectory ?? '.',
    settings: settings.prod?.value,
    demanded: [...chooseConfiguration(facts), ...demanded, ...usual],
    collects: sources.settings.some(({ text }) => /\bSTATIC_ROOT\b/u.test(text)),
    server,
    hasSqlite: sqlite !== undefined,
    written: findWrittenPlaces(sqlite === undefined ? withoutSqlite(settings) : settings),
    django: describeDjango(facts),
    hasGis: sources.settings.some(({ text }) => text.includes('django.contrib.gis')),
  };
}

/** Settings of django-configurations are none without the name of a class. */
function chooseConfiguration(facts: InitFacts): DockerfileParts['demanded'] {
  const prod = /prod: (\w+)/u.exec(findConfiguration(facts)?.value ?? '')?.[1];
  return prod === undefined ? [] : [{ name: 'DJANGO_CONFIGURATION', value: prod }];
}

/** A default that is not used writes nothing. */
function withoutSqlite({ files }: PlannedSettings): Pick<PlannedSettings, 'files'> {
  return {
    files: files.map(({ path: file, text }) => ({
      path: file,
      text: text.replaceAll(/.*sqlite.*/gu, ''),
    })),
  };
}

/** The version that `startproject` wrote into the settings. */
function describeDjango({ sources }: InitFacts): string {
  for (const { text } of sources.settings) {
    const version = /Generated by .*using Django (\d+\.\d+)/u.exec(text)?.[1];
    if (version !== undefined) return `Django==${version}.*`;
  }
  return 'Django';
}

/** What a Dockerfile copies by name is not left out. */
function ignoreFile(build: ChosenBuild | undefined): string {
  const copied = new Set(build?.stage.contextReads.flatMap((read) => read.sources) ?? []);
  const lines = dockerignore.split('\n').filter((line) => {
    const name = line.replace(/^\*\*\//u, '');
    return (
      name === '' || ![...copied].some((source) => source === name || source.startsWith(`${name}/`))
    );
  });
  return lines.join('\n');
}

function ciFile(paths: ReadonlySet<string>): Readonly<Record<string, string>> {
  const { path: file, text } = renderCiJob(paths, '.');
  return { [file]: text };
}

function isThere(file: string, paths: ReadonlySet<string>): boolean {
  return paths.has(file) || (file === 'djdev.yaml' && paths.has('djdev.yml'));
}

/** Projects name their examples in several ways. */
function hasExample({ paths, sources }: InitFacts): boolean {
  return !paths.has('.env.example') && (sources.envExamples.length > 0 || paths.has('.envs'));
}

function describePackages({ dependencies: { kind } }: InitFacts): string {
  const said = {
    pip: 'pip',
    uv: 'uv.lock',
    poetry: 'poetry.lock',
    pipenv: 'Pipfile.lock',
    pyproject: 'no lock file',
    none: 'no file names them',
  };
  return said[kind];
}

function describeDockerfileChoice({ dockerfile, context, target }: ChosenBuild): string {
  const stage = target === undefined ? '' : `, stage ${target}`;
  return `${dockerfile}${stage}${context === '.' ? '' : `, context ${context}`}`;
}

function describeMadeUp(madeUp: readonly { name: string; why: string }[]): readonly string[] {
  const [first] = madeUp;
  if (first === undefined) return [];
  const names = madeUp.map(({ name }) => name).join(', ');
  return [
    `${names}: production needs ${madeUp.length === 1 ? 'it' : 'them'} (${first.why}), and nothing gives a value. djdev makes one up; put real ones into .env.`,
  ];
}

function describeDatabase(sqlite: string | undefined, { sources }: InitFacts): readonly string[] {
  if (sqlite !== undefined) {
    return [
      `The database is SQLite (${sqlite}): it lies in the container and goes with it. For production read DATABASE_URL.`,
    ];
  }
  for (const { path: file, text } of sources.settings) {
    const block = /django\.db\.backends\.postgresql[\s\S]{0,600}/u.exec(text);
    const written = /["'](?:NAME|USER|PASSWORD)["']\s*:\s*["'][\w.-]+["']/u.exec(block?.[0] ?? '');
    if (block === null || written === null) continue;
    const line = text.slice(0, block.index + written.index).split('\n').length;
    return [
      `${file}:${line} has the database’s address written in it: read HOST, PORT, NAME, USER and PASSWORD from the environment, as DB_HOST, DB_PORT, … for example.`,
    ];
  }
  return [];
}

/** A browser does not come back from https on a machine that has none. */
function describeRedirect({ dev, files }: PlannedSettings): readonly string[] {
  for (const { path: file, text } of files) {
    const match = /^SECURE_SSL_REDIRECT\s*=\s*True\b/mu.exec(text);
    const isProduction = /prod/u.test(file) && !dev?.value.includes('prod');
    if (match === null || isProduction) continue;
    const line = text.slice(0, match.index).split('\n').length;
    return [
      `${file}:${line} redirects development to https as well, where nothing answers: SECURE_SSL_REDIRECT = not DEBUG.`,
    ];
  }
  return [];
}

function describeHealth(hasHealth: boolean, patch: string | undefined): readonly string[] {
  if (hasHealth) return [];
  return patch === undefined
    ? ['No health URL was found: add one that asks the database, /healthz/.']
    : [
        `No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.`,
      ];
}

/** Of a file that was asked for, everything; of one that was found, the services. */
function describeUnmapped(
  { isComposeAsked }: InitFacts,
  { unmapped }: ImportedCompose,
  file: string,
): readonly string[] {
  const told = isComposeAsked
    ? unmapped
    : unmapped.filter((text) => / (?:a proxy|a tool|built from|it has no)/u.test(text));
  return told.map((text) => `Not taken over from ${file}: ${text}.`);
}
