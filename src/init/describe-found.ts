import type { ChosenBuild } from './choose-build.ts';
import type { Decisions } from './decide.ts';
import type { InitFacts } from './init-facts.ts';

/** One thing that was found, and where. */
export interface InitFinding {
  readonly what: string;
  readonly value: string;
  readonly why: string;
}

/** What was found in a project, in the order in which people think of it. */
export function describeFound(facts: InitFacts, decisions: Decisions): readonly InitFinding[] {
  const { settings, build, web, processes, health, services } = decisions;
  return [
    { what: 'manage.py', value: facts.sources.managePy?.path ?? '', why: 'the nearest one' },
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
  ];
}

function describePackages({ dependencies: { kind, isLocked } }: InitFacts): string {
  if ((kind === 'poetry' || kind === 'pipenv') && !isLocked) return `${kind}, no lock file`;
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
