import type { ChosenBuild } from './choose-build.ts';
import type { Decisions } from './decide.ts';
import type { InitFacts } from './init-facts.ts';
import { planRelease } from './plan-processes.ts';
import { planSmoke } from './plan-smoke.ts';
import type { PlannedWeb } from './plan-web.ts';
import type { ManifestParts } from './render-manifest.ts';

/** What has to stand in the manifest because djdev would not find it by itself. */
export function planManifest(facts: InitFacts, decisions: Decisions): ManifestParts {
  const { build, settings, environment, web, processes, services, procfile, health } = decisions;
  return {
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
    migratesFirst: decisions.sqlite !== undefined,
    release: planRelease(facts, procfile, build),
    smoke: planSmoke(facts, health?.value),
  };
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
