import path from 'node:path';
import { type Derived, derive, deriveFrom } from './derived.ts';
import type { DockerfileTarget } from './dockerfile-target.ts';
import type { Mode } from './project.ts';
import type { ProjectSources, SourceFile } from './project-sources.ts';

const assignment =
  /DJANGO_SETTINGS_MODULE["']?\s*(?:,|\]\s*=)\s*(?:os\.getenv\([^)]*,\s*)?["']([\w.]+)["']/;

const productionNames = ['production', 'prod'] as const;
const developmentNames = ['local', 'dev', 'development'] as const;

/**
 * The settings modules. Production: the image's own ENV, else a module called production or prod,
 * else wsgi.py's, else manage.py's. Development: a module called local, dev or development, else
 * manage.py's.
 */
export function deriveSettings(
  sources: ProjectSources,
  target: DockerfileTarget | undefined,
  root: string,
): Readonly<Record<Mode, Derived<string> | undefined>> {
  const manage = sources.managePy && readAssignment(sources.managePy, root);
  return {
    dev: findModule(sources, developmentNames) ?? manage,
    prod:
      readImageSettings(target) ??
      findModule(sources, productionNames) ??
      sources.entryPoints.map((file) => readAssignment(file, root)).find(Boolean) ??
      manage,
  };
}

function readImageSettings(target: DockerfileTarget | undefined): Derived<string> | undefined {
  const value = target?.environment['DJANGO_SETTINGS_MODULE'];
  return value === undefined || value.includes('$')
    ? undefined
    : {
        value,
        origin: { kind: 'dockerfile', text: 'ENV DJANGO_SETTINGS_MODULE in the Dockerfile' },
      };
}

function readAssignment(source: SourceFile, root: string): Derived<string> | undefined {
  const match = assignment.exec(source.text);
  return match?.[1] === undefined ? undefined : deriveFrom(match[1], source, match.index, root);
}

function findModule(
  { settings, codeDirectory }: ProjectSources,
  names: readonly string[],
): Derived<string> | undefined {
  if (codeDirectory === undefined) return undefined;
  for (const name of names) {
    const found = settings.find(({ path: file }) =>
      new RegExp(`(^|[/_])(settings/|settings_|conf(ig)?/)?${name}(_settings)?\\.py$`).test(file),
    );
    const relative = found && path.posix.relative(codeDirectory, found.path);
    if (relative === undefined || relative.startsWith('..')) continue;
    return derive(relative.replace(/\.py$/, '').replaceAll('/', '.'), `found ${found?.path}`);
  }
  return undefined;
}
